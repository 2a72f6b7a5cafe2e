"""Every setting of the workbench, typed, with its reason. docs/operations.md lists them."""

from __future__ import annotations

import hashlib
import os
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from corpora.fetch.policy import Policy
from curation.environment import (
    env_bool,
    env_int,
    env_ints,
    env_list,
    env_paths,
    env_str,
    memory_bytes,
)

BASE_DIR = Path(__file__).resolve().parent.parent

#: Everything that the embedded workbench writes lies below this folder.
DATA_DIR = Path(env_str("KOTOGURA_DATA_DIR", default=str(BASE_DIR / "var"))).resolve()

#: Where the embedded Redis listens. Unix socket paths end at 107 bytes, so a
#: deep data folder gets a short name of its own under /tmp.
REDIS_SOCKET = DATA_DIR / "redis.sock"
if len(str(REDIS_SOCKET)) > 100:
    _digest = hashlib.sha256(str(DATA_DIR).encode()).hexdigest()[:16]
    REDIS_SOCKET = Path(f"/tmp/kotogura-{_digest}.sock")

DATABASE_URL = env_str("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'kotogura.sqlite3'}")
REDIS_URL = env_str("REDIS_URL", default=f"unix://{REDIS_SOCKET}")
STORE_URL = env_str("STORE_URL", default=f"file://{DATA_DIR / 'store'}")
#: Where this host keeps what it reads of a store in a bucket, and about how much of it.
STORE_CACHE_DIR = Path(env_str("STORE_CACHE_DIR", default=str(DATA_DIR / "store-cache")))
STORE_CACHE_BYTES = env_int("STORE_CACHE_BYTES", default=20 << 30, minimum=1 << 28)

#: Where compiled kernels are kept: the next process loads in milliseconds what took seconds to
#: compile. numba reads it from the environment, and so do the processes that are started here.
NUMBA_CACHE_DIR = env_str("NUMBA_CACHE_DIR", default=str(DATA_DIR / "kernels"))
os.environ["NUMBA_CACHE_DIR"] = NUMBA_CACHE_DIR

#: Name and password of the first administrator; removed by who manages the accounts.
FIRST_LOGIN_FILE = DATA_DIR / "login"

#: Folders that ``ingest by server path`` may read, separated by ":".
ALLOWED_ROOTS = env_paths("ALLOWED_ROOTS", default=[DATA_DIR / "inbox"])

_FETCH = Policy()
#: Largest file that is fetched from a URL, and all that is fetched from one prefix of S3.
FETCH_MAX_BYTES = env_int("FETCH_MAX_BYTES", default=_FETCH.max_bytes, minimum=1)
#: Seconds that one URL may take; below UNIT_HARD_LIMIT_SECONDS.
FETCH_SECONDS = env_int("FETCH_SECONDS", default=_FETCH.seconds, minimum=1)
#: Seconds without a byte after which a connection is given up.
FETCH_STALL_SECONDS = env_int("FETCH_STALL_SECONDS", default=_FETCH.stall_seconds, minimum=1)
#: Ports that URLs may name.
FETCH_PORTS = env_ints("FETCH_PORTS", default=list(_FETCH.ports))
#: Servers ("host:port") that are fetched from although their address is not public.
FETCH_PRIVATE_ALLOWED = env_list("FETCH_PRIVATE_ALLOWED", default=[])
#: How we name ourselves to the servers; an address to write to belongs into it.
FETCH_USER_AGENT = env_str("FETCH_USER_AGENT", default=_FETCH.user_agent)
#: Buckets, and prefixes ("bucket/folder"), that the browser and the API may fetch from.
ALLOWED_S3 = env_list("ALLOWED_S3", default=[])
#: Where S3 is, and its region, when the environment (AWS_ENDPOINT_URL, AWS_REGION) does not say.
FETCH_S3_ENDPOINT = env_str("FETCH_S3_ENDPOINT", default="")
FETCH_S3_REGION = env_str("FETCH_S3_REGION", default="")
#: Ask S3 without credentials: for buckets that are open to everyone.
FETCH_S3_ANONYMOUS = env_bool("FETCH_S3_ANONYMOUS", default=False)

#: A lease that is not renewed for this long is given to another worker.
LEASE_SECONDS = env_int("LEASE_SECONDS", default=30, minimum=5)
#: Wall-clock limit of one unit, whatever it reports.
UNIT_HARD_LIMIT_SECONDS = env_int("UNIT_HARD_LIMIT_SECONDS", default=6 * 3600, minimum=60)
#: How often expired leases are returned and forgotten wake-ups are sent again.
SWEEP_SECONDS = env_int("SWEEP_SECONDS", default=10, minimum=1)
#: Memory of one worker process, of its own (no mapped files), above which its unit is ended and
#: tried alone within ISOLATED_UNIT_BYTES.
WORKER_MEMORY_BYTES = env_int(
    "WORKER_MEMORY_BYTES", default=max(2 << 30, memory_bytes() // 2), minimum=512 << 20
)
#: Address space of a unit that runs alone after its workers were lost twice, or it grew too large.
ISOLATED_UNIT_BYTES = env_int(
    "ISOLATED_UNIT_BYTES", default=max(4 << 30, WORKER_MEMORY_BYTES), minimum=256 << 20
)
#: How far workers without the interactive queue stand back for other processes (nice).
BATCH_NICENESS = env_int("BATCH_NICENESS", default=5, minimum=0)
#: Largest file that may be uploaded, whether in pieces or at one go.
UPLOAD_MAX_BYTES = env_int("UPLOAD_MAX_BYTES", default=64 * 10**9, minimum=1 << 20)
#: Where uploads in pieces grow; every web process must see the same folder.
UPLOADS_DIR = Path(env_str("UPLOADS_DIR", default=str(DATA_DIR / "unfinished")))
#: Largest tokenizer model that may be imported.
MODEL_MAX_BYTES = env_int("MODEL_MAX_BYTES", default=64 << 20, minimum=1 << 20)
#: Behind nginx: the internal location whose alias is the store's folder, e.g. "/store/". Shards
#: are then sent by the proxy (X-Accel-Redirect) instead of by a web worker. "" sends them here.
ACCEL_REDIRECT_PREFIX = env_str("ACCEL_REDIRECT_PREFIX", default="")
#: Login attempts for one name and address in five minutes.
LOGIN_ATTEMPTS = env_int("LOGIN_ATTEMPTS", default=10, minimum=1)

DEBUG = env_bool("DEBUG", default=False)
#: A page with every component in its states, for those who change them.
GALLERY = env_bool("KOTOGURA_GALLERY", default=False)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", default=[])
#: Set when a proxy ends TLS in front of the workbench.
BEHIND_TLS = env_bool("BEHIND_TLS", default=False)


def _secret_key() -> str:
    """From SECRET_KEY, or made once and kept in the data folder, readable by its owner only."""
    given = env_str("SECRET_KEY", default="")
    if given:
        return given
    file = DATA_DIR / "secret_key"
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    try:
        file.touch(mode=0o600, exist_ok=False)
        file.write_text(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return file.read_text()


SECRET_KEY = _secret_key()


#: A host that loses its network says no goodbye: neither does it wait for an answer for ever, nor
#: does the server keep what it had locked. The address may say otherwise.
_FOR_LOST_HOSTS = {
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "4",
    "tcp_user_timeout": "30000",
    "options": "-c idle_in_transaction_session_timeout=120s -c tcp_user_timeout=30000",
}


def database(url: str) -> dict[str, Any]:
    """Django's settings for ``sqlite:///path`` or ``postgresql://user:password@host/name``."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path).replace("//", "/", 1),
            # To open it and name what Django adds to it takes as long as five questions.
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                ),
            },
        }
    if parts.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_HEALTH_CHECKS": True,
            "CONN_MAX_AGE": 60,
            "OPTIONS": {**_FOR_LOST_HOSTS, **dict(parse_qsl(parts.query))},
        }
    raise ImproperlyConfigured(
        f"DATABASE_URL has the scheme {parts.scheme!r}; use sqlite:///… or postgresql://…"
    )


DATABASES = {"default": database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    "curation",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

AUTH_USER_MODEL = "curation.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

ROOT_URLCONF = "curation.urls"
WSGI_APPLICATION = "curation.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "curation.views.context.workbench",
            ],
            "builtins": ["django.templatetags.i18n", "curation.templatetags.workbench"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ],
        },
    }
]

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "curation" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"  # what people see; the database holds UTC

# Uploads are streamed to the data folder's disk, never held in memory.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = str(DATA_DIR / "uploads")
Path(FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 << 20

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "curation.views.errors.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Counters such as login attempts, per web process; losing them loses nothing.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "plain"}
    },
    "root": {"handlers": ["stderr"], "level": env_str("LOG_LEVEL", default="WARNING")},
}
