"""What every way of running shares; secrets and addresses come from the environment, never from here."""

from datetime import date
from pathlib import Path
from typing import Any

import django_countries
import environ
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from occicor.redis_address import broker_address, cache_address
from occicor.settings.api import *
from occicor.settings.signing_in import *
from occicor.settings.terms import *
from occicor.settings.terms import CONSENT_DAYS

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

# Where everything lies that is written at run time: data, packages, logs, and what occicor.embedded made.
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
# Secrets, then the addresses of the services that run now; what the environment says already stands.
for _file in (VAR_DIR / ".env", VAR_DIR / "run" / "services.env"):
    if _file.exists():
        env.read_env(str(_file))

SECRET_KEY = env("SECRET_KEY")
# Keyed digests of identifiers (privacy.digests); changing it breaks the link to every digest ever written.
DIGEST_KEY = env("DIGEST_KEY")
# Wraps the key of each package and of each file of evidence (32 bytes, base64); lives outside the database.
PACKAGE_KEK = env("PACKAGE_KEK")
# Ed25519 seed (32 bytes, base64) that signs manifests, receipts and audit seals.
SIGNING_KEY = env("SIGNING_KEY")
# Public halves of former signing keys, {key id: base64}: what they signed stays genuine.
OLD_VERIFY_KEYS: dict[str, str] = dict(pair.split(":", 1) for pair in env.list("OLD_VERIFY_KEYS", default=[]))

DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
# The one address that links in mails are built from; never the Host header.
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000")

# Who publishes this site and who hosts it: shown in the legal notice, each only when it is set.
PUBLISHER = {
    "name": env("PUBLISHER_NAME", default="Occicor"),
    **{
        fact: env(f"PUBLISHER_{fact.upper()}", default="")
        for fact in ("form", "address", "registration", "vat", "director", "phone", "email")
    },
    **{f"host_{fact}": env(f"PUBLISHER_HOST_{fact.upper()}", default="") for fact in ("name", "address", "phone")},
}

INSTALLED_APPS = [
    "privacy",
    "accounts",
    "consent",
    "rights_requests",
    "visitors",
    "occicor.apps.OccicorAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.usersessions",
    "cookie_consent",
    "csp",
    "post_office",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    # Outermost, so that it sees every cookie that any other layer sets.
    "consent.middleware.ConsentMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "occicor.middleware.PrivateByDefaultMiddleware",
    # Before whatever looks up which page an address means: the language is part of the address.
    "django.middleware.locale.LocaleMiddleware",
    "occicor.middleware.AppLanguageMiddleware",
    "occicor.ledger_gate.LedgerGateMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # After the cross-site check, which it leaves to say no first.
    "accounts.middleware.StaffSessionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.seen.SeenMiddleware",
    # Next to the page itself: a cookie that it sets makes the answer private, as the middleware above sees to.
    "visitors.audience.middleware.AudienceMiddleware",
]

ROOT_URLCONF = "occicor.urls"
WSGI_APPLICATION = "occicor.wsgi.application"

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
                "occicor.context.site",
            ],
        },
    },
]

DATABASES: dict[str, dict[str, Any]] = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["connect_timeout"] = 5
# A process that is stopped in the middle of a transaction must not hold for ever what all the others wait for, such as
# the lock of the audit or of the ledger: after so long without a word the database drops it.
DATABASES["default"]["OPTIONS"]["options"] = " ".join(
    (DATABASES["default"]["OPTIONS"].get("options", ""), "-c idle_in_transaction_session_timeout=10s")
).strip()

REDIS_URL = env("REDIS_URL")
# One server, apart by logical database: the task broker's as named, the cache's the next. Timeouts keep a dead one
# cheap; while it is dead, PostgreSQL holds the rate limits (the table is made by `manage.py createcachetable`).
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "occicor.cache.ForgivingRedisCache",
        "LOCATION": cache_address(REDIS_URL),
        "KEY_FUNCTION": "occicor.cache.digested_key",
        "OPTIONS": {"socket_timeout": 1},
    },
    "fallback": {
        "BACKEND": "occicor.cache.CountingTable",
        "LOCATION": "cache_fallback",
        "KEY_FUNCTION": "occicor.cache.digested_key",
    },
}
if not REDIS_URL.startswith("unix:"):
    CACHES["default"]["OPTIONS"]["socket_connect_timeout"] = 1

CELERY_BROKER_URL = broker_address(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
}
CELERY_TASK_PUBLISH_RETRY = False

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "username")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = reverse_lazy("rights_requests:list")
LOGOUT_REDIRECT_URL = reverse_lazy("visitors:home")
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
CSRF_COOKIE_HTTPONLY = True
# A message may name an address; Django's own choice writes it into a cookie where anyone at the browser can read it.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# A browser counts http://localhost as secure; anywhere else passkeys need https.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SITE_URL.startswith("http://")

DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Occicor privacy <privacy@occicor.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Who our data protection officer is, as "Name <address>"; empty where none is named. The record of processing says it
# (Art. 30(1)(a) GDPR), and alarms of the registers go there; without one, to the sender above.
DATA_PROTECTION_OFFICER = env("DATA_PROTECTION_OFFICER", default="")
# The country in which database, files and queues lie, by its code of two letters: policy and registers say so (P3.2).
STORAGE_COUNTRY = env("STORAGE_COUNTRY", default="FR")
# Where promotional messages come back to (see .env.example); empty: to the sender above.
BOUNCE_ADDRESS = env("BOUNCE_ADDRESS", default="")
# Where weaknesses of the site are reported, as addresses with their scheme (mailto:, https:, tel:); by default the one
# above. /.well-known/security.txt is good until the day below: look then whether reports still reach somebody, and set
# the next one, less than a year ahead. /readyz reminds of it.
SECURITY_CONTACTS = env.list("SECURITY_CONTACTS", default=[])
SECURITY_TXT_EXPIRES_ON = date.fromisoformat(env("SECURITY_TXT_EXPIRES_ON", default="2027-10-31"))
# Embedded mode without EMAIL_URL: messages become files that /outbox/ shows; production refuses this.
EMBEDDED_MAIL = env.bool("EMBEDDED_MAIL", default=False)
OUTBOX_DIR = VAR_DIR / "outbox"
DEMO_ACCOUNTS = False
# Where the queue hands messages over (privacy.mail delivers).
POST_OFFICE = {
    "BACKENDS": {
        "default": "occicor.outbox_mail.OutboxBackend"
        if EMBEDDED_MAIL
        else "django.core.mail.backends.smtp.EmailBackend"
    },
    "DEFAULT_PRIORITY": "medium",
    "CELERY_ENABLED": False,
    "MAX_RETRIES": 1000,
    "LOG_LEVEL": 0,
}
EMAIL_TIMEOUT = 10
vars().update(env.email("EMAIL_URL", default="smtp://localhost:25"))
# After the line above, which sets it too: everything goes through the queue.
EMAIL_BACKEND = "post_office.EmailBackend"

LANGUAGE_CODE = "en"
# The address names the language (occicor.urls); tests/guards/languages.py keeps every catalogue complete.
LANGUAGES = [("en", _("English")), ("fr", _("French")), ("ar", _("Arabic"))]
# Names of countries come translated; their package need not be an app for that, nor its flags be served.
LOCALE_PATHS = [BASE_DIR / "locale", Path(django_countries.__file__).parent / "locale"]
TIME_ZONE = "Europe/Paris"
FORMAT_MODULE_PATH = ["occicor.formats"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Files stay in memory while they arrive. So many of so many bytes a view receives that does not say otherwise
# (privacy.uploads.arriving.receives_files); of a request larger than the last figure nothing is read.
FILE_UPLOAD_HANDLERS = ["privacy.uploads.arriving.InMemory"]
UPLOAD_MAX_FILES = 5
UPLOAD_MAX_BYTES = 2_000_000
UPLOAD_MAX_REQUEST_BYTES = 100_000_000

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "media"}},
    "staticfiles": {"BACKEND": "occicor.static_files.BundledStaticFiles"},
}
# What every page of the portal is dressed in, in this order; of these occicor.static_files makes one file.
STYLE_SHEETS = tuple(f"css/{name}.css" for name in ("tokens", "base", "components", "consent", "pages", "display"))
STYLE_BUNDLE = "css/site.css"
PACKAGE_DIR = VAR_DIR / "packages"
EVIDENCE_DIR = VAR_DIR / "evidence"
# The ledger of erasures and restrictions (privacy.ledger): apart from the database, so that no backup takes it back.
LEDGER_DIR = Path(env("LEDGER_DIR", default=str(VAR_DIR / "ledger"))).resolve()

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
# Other sites of which films or pictures may be shown once a reader has asked for them (visitors.embeds); with none,
# there is a link instead and no frame is ever allowed.
EMBED_HOSTS = env.list("EMBED_HOSTS", default=[])
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "visitors.errors.csrf_failure"

CONTACT_DRAFT_COOKIE_NAME = "contact_draft"
COOKIE_CONSENT_NAME = "consent"
CONSENT_REF_COOKIE_NAME = "consent_ref"
COOKIE_CONSENT_MAX_AGE = CONSENT_DAYS * 60 * 60 * 24
COOKIE_CONSENT_SECURE = False
# A cookie to which nobody agreed never leaves; where this is on, that something tried is an error too.
CONSENT_WALL_RAISES = False
CONSENT_JURISDICTION = "FR"
COOKIE_CONSENT_LOG_ENABLED = False
COOKIE_CONSENT_SUCCESS_URL = reverse_lazy("consent:settings")
SILENCED_SYSTEM_CHECKS: list[str] = []

# Where messages to recipients and packages for other controllers may go (rights_requests.recipients): ports, and
# whether this computer itself counts as a place. The latter is for tests and trying out; production refuses it.
OUTBOUND_PORTS = env.list("OUTBOUND_PORTS", cast=int, default=[443])
OUTBOUND_ALLOW_LOOPBACK = env.bool("OUTBOUND_ALLOW_LOOPBACK", default=False)

# Limits of the site's own forms (privacy.limits), in the words of allauth, which has its own for what is signing in.
ACCOUNT_RATE_LIMITS = {
    "contact": "10/h/ip,50/d/ip",
    "consent": "60/m/ip",
    "subscribe": "10/h/ip,50/d/ip",
    # So many messages that ask for a confirmation go to one address.
    "subscribe_mail": "3/d/key",
    "contact_draft": "30/h/ip",
    # Each report about a child may block somebody: so many from one network, and so many from everywhere together.
    "child_report": "5/h/ip,20/d/ip",
    "child_reports": "60/h/key",
    "file": "30/h/ip",
    # Whom a Customer enrols gets a message: so many an administrator writes to by hand.
    "enrol": "120/h/key",
    # A file is read for many people at once.
    "import": "20/d/key",
}

# Whether visits of those who agreed to statistics are known again at all (visitors.audience).
AUDIENCE_VISITS = env.bool("AUDIENCE_VISITS", default=True)
# Rights for which a second person approves what a first one recommended, besides erasure, of which two decide always;
# read when a request is filed, and kept with it.
SECOND_PERSON_RIGHTS = env.list("SECOND_PERSON_RIGHTS", default=[])

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "occicor.log_lines.WithoutValues",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
