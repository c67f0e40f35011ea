"""Settings: one file, values from the environment, safe when nothing is set.

DATA_DIR        where the database and collected files live; var/ unless set
DATABASE_URL    postgres://user:password@host/name; SQLite in DATA_DIR unless set
MIGRATE_DATABASE_URL    the owner of the tables, for “make serve” alone (docs/operating.md)
SECRET_KEY      signs sessions, 50 characters or more; made once and kept in DATA_DIR unless set
BANK_KEY        seals bank details, 32 characters or more; several with commas, the newest first;
                made once and kept in DATA_DIR unless set
BANK_COOLING_OFF_DAYS    days until whoever recorded an account may release its first payment
DEBUG           "true" only while developing
HTTPS           "false" only without a TLS proxy: secure cookies, redirect to https and HSTS
ALLOWED_HOSTS   names this site answers to, with commas; localhost and 127.0.0.1 unless set
OFFICE_NAME, SITE_NAME, FUNDER_ID, OFFICE_EMAIL, OFFICE_WEBSITE    whose register this is
VICTIMS_THEME, VICTIMS_MEASURES    the codes of what stands on the page of victims’ services
ACCESSIBILITY_STATEMENT    the file with the office's part of that page; data/ has one
UNCONFIRMED_MONEY    what happens to whoever commits money that is only expected: "warn" or "refuse"
COMMIT          the commit that runs, where there is no Git to ask, as in a container
PUBLISHES_SINCE    the first day, such as 2026-04-01, whose statutory publication is made here
SPLIT_DAYS      decisions that are fewer days apart are added up under a delegated limit
LOG_LEVEL, LOG_FORMAT    how much is logged, and as "json" or as "text" for people
API_RATE        how often one address may ask the API, such as 600/min
EMAIL_HOST, EMAIL_PORT, EMAIL_USER, EMAIL_PASSWORD, EMAIL_TLS    the mail server for reminders
"""

import logging
import os
import secrets
from datetime import date
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import logs, version

BASE_DIR = Path(__file__).resolve().parent.parent


def flag(name: str, default: bool) -> bool:
    """A yes-or-no environment variable; ImproperlyConfigured for anything but true and false."""
    text = os.environ.get(name, "true" if default else "false").lower()
    if text not in {"true", "false"}:
        raise ImproperlyConfigured(f"{name} must be true or false, not {text!r}.")
    return text == "true"


def kept_secret(path: Path) -> str:
    """A secret made on first use and kept in a file that only its owner can read."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Exclusive creation: of two processes that start at once, one makes it, both read it.
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(60))
    return path.read_text().strip()


def day(name: str) -> date | None:
    """An environment variable that is a day, such as 2026-04-01; None unless set."""
    text = os.environ.get(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as bad:
        raise ImproperlyConfigured(
            f"{name} must be a day such as 2026-04-01, not {text!r}."
        ) from bad


def one_of(name: str, *words: str) -> str:
    """An environment variable that is one of the words, the first unless set."""
    text = os.environ.get(name) or words[0]
    if text not in words:
        raise ImproperlyConfigured(f"{name} must be {' or '.join(words)}, not {text!r}.")
    return text


DATA_DIR = Path(os.environ.get("DATA_DIR") or BASE_DIR / "var").resolve()
DEBUG = flag("DEBUG", False)
HTTPS = flag("HTTPS", not DEBUG)
SECRET_KEY = os.environ.get("SECRET_KEY") or kept_secret(DATA_DIR / "secret_key")
BANK_KEY = os.environ.get("BANK_KEY") or kept_secret(DATA_DIR / "bank_key")
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if "*" not in host]

# The office: data, never code, because about forty offices differ in it and successors will follow.
OFFICE = {
    "name": os.environ.get(
        "OFFICE_NAME", "Office of the Police and Crime Commissioner West Midlands"
    ),
    "site_name": os.environ.get("SITE_NAME", "Commissioning Register"),
    "funder_id": os.environ.get("FUNDER_ID", "360G-opccwm"),
    # The code of the plan's theme that victims' services stand under.
    "victims_theme": os.environ.get("VICTIMS_THEME", "T2"),
    # The codes of the measures that say how many victims were supported; the last stands on Home.
    "victims_measures": os.environ.get(
        "VICTIMS_MEASURES", "VIC-SUPPORTED,VIC-SUPPORTED-TOTAL"
    ).split(","),
    "email": os.environ.get("OFFICE_EMAIL", ""),
    "website": os.environ.get("OFFICE_WEBSITE", ""),
}
ACCESSIBILITY_STATEMENT = Path(
    os.environ.get("ACCESSIBILITY_STATEMENT") or BASE_DIR / "data" / "accessibility_statement.toml"
)

# Whether money that its source has not confirmed may be committed (docs/decisions/0016).
UNCONFIRMED_MONEY = one_of("UNCONFIRMED_MONEY", "warn", "refuse")

# Fewer than this many days apart, parts of one thing are judged as one (docs/decisions/0021).
SPLIT_DAYS = int(os.environ.get("SPLIT_DAYS") or "28")

# Nothing is overdue of what was to be published earlier (docs/decisions/0033); the day of the
# office's first record unless set.
PUBLISHES_SINCE = day("PUBLISHES_SINCE")

# Days after its confirmation during which those who proposed or confirmed a bank account do not
# release the first payment into it (docs/decisions/0023); 0 for no such rule.
BANK_COOLING_OFF_DAYS = int(os.environ.get("BANK_COOLING_OFF_DAYS") or 5)

# Each stands on those after it. An office that has no use for one leaves it out.
LEFT_OUT = set(os.environ.get("LEAVE_OUT", "").split(",")) & {"search", "transparency", "finance"}
OUR_APPS = ["search", "transparency", "finance", "victims", "programmes", "commissioning"]
OUR_APPS = [app for app in OUR_APPS if app not in LEFT_OUT]
INSTALLED_APPS = [
    "core",
    *OUR_APPS,
    "config.apps.ConfigConfig",
    "config.apps.StaffSiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    # Static files come by one door in development too: Django's own answers 500 to "..".
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "csp",
    "django_filters",
    "import_export",
    "rest_framework",
    "drf_spectacular",
    "django_structlog",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # After static files, before all that may refuse.
    "config.logs.RequestLog",
    # Before what looks at ETags: those are of the text, whatever way it is sent.
    "config.compression.PublicTextsAreGzipped",
    "csp.middleware.CSPMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "config.headers.headers",
    "config.reading.PublicSideReadsForThePublic",
    "config.caching.caching",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "commissioning.contact_warnings.StaffAreWarned",
    "axes.middleware.AxesMiddleware",
    "config.asking.UnknownParametersAreRefused",
    # The last: what it takes back or keeps is what the page itself did.
    "commissioning.submissions.single_use",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "commissioning.public.context.office",
                "config.context.for_staff",
                *(["transparency.public.notes.change_notes"] if "transparency" in OUR_APPS else []),
            ],
            "builtins": [
                "commissioning.templatetags.figures",
                "commissioning.templatetags.submissions",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database -------------------------------------------------------------------------------------

DATABASE_URL = os.environ.get("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'db.sqlite3'}"
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=600)}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # For its owner's eyes: the file holds everything, with staff's passwords as hashes.
    DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    # IMMEDIATE: a write transaction takes its lock when it begins, so that concurrent writers queue
    # instead of failing; the timeout is how long one waits in that queue.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000; "
            "PRAGMA mmap_size=268435456;"
        ),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Staff and sign-in ----------------------------------------------------------------------------

AUTH_USER_MODEL = "commissioning.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

MESSAGE_STORAGE = "commissioning.submissions.Messages"

# Throttled sign-in: five failures for one name from one address lock that pair for an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# Its messages would name the person and the address that tried.
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "commissioning.visitors.client_address"

# --- E-mail: reminders to providers ---------------------------------------------------------------

# Empty: nothing is sent, and `remind_providers` says so.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_PASSWORD", "")
EMAIL_USE_TLS = flag("EMAIL_TLS", True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = OFFICE["email"] or "register@localhost"

# --- Web security ---------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "img-src": [SELF, "data:"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    # By this prefix browsers take them from this host alone: a neighbour cannot plant its own.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
# A spreadsheet of 10,000 awards is about 5 MB.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

# --- Files and words ------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = False
USE_TZ = True
DATE_FORMAT = "j F Y"

# While developing, the server prints each request itself.
LOGGING = logs.configure(
    apps=OUR_APPS,
    level=os.environ.get("LOG_LEVEL") or ("WARNING" if DEBUG else "INFO"),
    form=one_of("LOG_FORMAT", *(("text", "json") if DEBUG else ("json", "text"))),
)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO

# --- Spreadsheets and API -------------------------------------------------------------------------

IMPORT_EXPORT_USE_TRANSACTIONS = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "commissioning.public.renderers.CSVRenderer",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "commissioning.public.renderers.KnownForms",
    # Per visitor's address and process; a proxy's limit comes before it (docs/security.md).
    "DEFAULT_THROTTLE_CLASSES": ["commissioning.visitors.ApiThrottle"],
    "DEFAULT_THROTTLE_RATES": {"anon": os.environ.get("API_RATE") or "600/min"},
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_VERSIONING_CLASS": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Commissioning Register API",
    "DESCRIPTION": (
        "Read-only data on funds, awards, services and figures, under the Open Government Licence "
        "v3.0."
    ),
    "VERSION": version.number(),
    "OAS_VERSION": "3.1.0",
    "ENUM_NAME_OVERRIDES": {
        "AwardStatusEnum": "commissioning.models.awards.Award.Status",
        "WithholdEnum": "commissioning.models.organisations.Organisation.Withhold",
        "AddingEnum": "programmes.models.Adding",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "commissioning.public.api.say_that_empty_is_all",
    ],
    "SERVE_INCLUDE_SCHEMA": False,
}
