# Sourced by whoever calls uv; $PYTHON is an interpreter with pip.
#
# uv reads none of pip's settings: tell it what pip was told, whatever that is.
speak_to_uv() {
    local index extra links cert
    pip_setting() { $PYTHON -m pip config get "global.$1" 2>/dev/null || true; }
    index=${PIP_INDEX_URL:-$(pip_setting index-url)}
    extra=${PIP_EXTRA_INDEX_URL:-$(pip_setting extra-index-url)}
    links=${PIP_FIND_LINKS:-$(pip_setting find-links)}
    cert=${PIP_CERT:-$(pip_setting cert)}
    [ -z "$index" ] || export UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$index}
    [ -z "$extra" ] || export UV_INDEX=${UV_INDEX:-$(echo $extra)}
    [ -z "$links" ] || export UV_FIND_LINKS=${UV_FIND_LINKS:-$(echo $links | tr ' ' ',')}
    [ -z "$cert" ] || export SSL_CERT_FILE=${SSL_CERT_FILE:-$cert}
    # Certificates are the machine's, as pip's are: a team's own authority is among them. Older
    # versions of uv know the second name only.
    export UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-true} UV_NATIVE_TLS=${UV_NATIVE_TLS:-true}
    export UV_HTTP_TIMEOUT=${UV_HTTP_TIMEOUT:-${PIP_DEFAULT_TIMEOUT:-120}}
    # Every file is pinned by its hash, so it does not matter which index hands it out.
    export UV_INDEX_STRATEGY=${UV_INDEX_STRATEGY:-unsafe-best-match}
}
