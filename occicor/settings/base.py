"""What every way of running shares; secrets and addresses come from the environment, never from here."""

from datetime import date
from pathlib import Path
from typing import Any

import django_countries
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from occicor.file_store_address import bucket_storages
from occicor.redis_address import broker_address, cache_address
from occicor.service_addresses import address_faults
from occicor.settings.api import *
from occicor.settings.environment import *
from occicor.settings.signing_in import *
from occicor.settings.terms import *
from occicor.settings.terms import CONSENT_DAYS, PASSWORD_LENGTH
from occicor.settings.watching import *

# Each of the following was in force once and is exchanged as docs/how-to/rotate-a-key.md says.
SECRET_KEY = env("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("OLD_SECRET_KEYS", default=[])
# Keyed digests of identifiers (privacy.digests), with the keys before it in the order in which they were in force: each
# digest is made through all of them, so none may ever be lost.
DIGEST_KEY = env("DIGEST_KEY")
OLD_DIGEST_KEYS: list[str] = env.list("OLD_DIGEST_KEYS", default=[])
# Wraps the key of each package and of each file of evidence (32 bytes, base64); lives outside the database. What an old
# one wrapped can be opened until it is wrapped anew.
PACKAGE_KEK = env("PACKAGE_KEK")
OLD_PACKAGE_KEKS: list[str] = env.list("OLD_PACKAGE_KEKS", default=[])
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
    # Tells whoever stands around the site which page it was, whatever the others did with the answer.
    "occicor.watching.answers.RouteMiddleware",
    # Outside all others, so that it sees every cookie that any of them sets.
    "consent.middleware.ConsentMiddleware",
    # Before whatever answers by itself: a file, a redirect to https and an error have the policy too.
    "occicor.policy_header.PolicyHeaderMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "occicor.middleware.PrivateByDefaultMiddleware",
    "occicor.middleware.ComeBackMiddleware",
    # Around all that does different work for different people, sessions and errors included.
    "occicor.even_doors.EvenDoorsMiddleware",
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

if _faults := address_faults({name: env(name) for name in ("DATABASE_URL", "REDIS_URL")}):
    raise ImproperlyConfigured(" ".join(_faults))
DATABASES: dict[str, dict[str, Any]] = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["ENGINE"] = "occicor.database"
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["connect_timeout"] = 5
# A process that is stopped in the middle of a transaction must not hold for ever what all the others wait for, such as
# the lock of the audit or of the ledger: after so long without a word the database drops it. Nor must a machine that
# vanished hold the lock of the scheduler that leads: the database asks whether it is there (about ten seconds).
_PATIENCE = {
    "idle_in_transaction_session_timeout": "10s",
    "tcp_keepalives_idle": "4",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}
DATABASES["default"]["OPTIONS"]["options"] = " ".join(
    (DATABASES["default"]["OPTIONS"].get("options", ""), *(f"-c {name}={value}" for name, value in _PATIENCE.items()))
).strip()
# Whether DATABASE_URL leads through a pool that hands connections on after each transaction (pgbouncer): then nothing
# may outlive one, and the pool itself sets the patience above. For web servers; worker and scheduler refuse it.
DATABASE_POOLED = env.bool("DATABASE_POOLED", default=False)
if DATABASE_POOLED:
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
    del DATABASES["default"]["OPTIONS"]["options"]

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

# Doors that take an address from a stranger answer after an even time (occicor/even_doors.py); 0 for tests alone.
EVEN_DOORS = 1
# How far the worker gives way to web server and database where all of them want the processors (0 to 19).
WORKER_NICE = env.int("WORKER_NICE", default=5)
# A run of a job that waits for what never comes ends with its process after so long; another goes on.
JOB_LONGEST_SECONDS = env.int("JOB_LONGEST_SECONDS", default=7200)
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
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_LENGTH},
    },
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.GuessedFirst"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = reverse_lazy("rights_requests:list")
LOGOUT_REDIRECT_URL = reverse_lazy("visitors:home")
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
CSRF_COOKIE_HTTPONLY = True
# Gone with the browser: Django would leave it with everybody who opened a form for a year.
CSRF_COOKIE_AGE = None
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
DEMO_REQUESTS = False
# The database is a copy for trying out, in which nobody stands (privacy.staging): nothing is sent to anybody.
STAGING_COPY = env.bool("STAGING_COPY", default=False)
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
# Where the web server in front finds the files that pages load; `manage.py collectstatic` gathers them there.
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(VAR_DIR / "static"))).resolve()
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "media"}},
    "staticfiles": {"BACKEND": "occicor.static_files.BundledStaticFiles"},
}
# What every page of the portal is dressed in, in this order; of these occicor.static_files makes one file.
STYLE_SHEETS = tuple(f"css/{name}.css" for name in ("tokens", "base", "components", "consent", "pages", "display"))
STYLE_BUNDLE = "css/site.css"
# Nothing of ours is for the pages of others, not even a picture.
WHITENOISE_ALLOW_ALL_ORIGINS = False
# Sealed packages and evidence are written to these folders; finished ones stay there, unless a bucket is named, which
# several machines share (privacy.files).
PACKAGE_DIR = VAR_DIR / "packages"
EVIDENCE_DIR = VAR_DIR / "evidence"
STORAGES |= bucket_storages(env("PACKAGE_STORE_URL", default=""))
# The ledger of erasures and restrictions (privacy.ledger): apart from the database, so that no backup takes it back.
LEDGER_DIR = Path(env("LEDGER_DIR", default=str(VAR_DIR / "ledger"))).resolve()

# Where deploy/backup.sh puts backups and says how the last one ended; no such folder: they are made elsewhere.
BACKUP_DIR = Path(env("BACKUP_DIR", default="/var/backups/occicor"))
# After so many days a backup goes (deploy/backup.sh); the policy says so, and must be published anew when it changes.
BACKUP_DAYS = env.int("BACKUP_DAYS", default=30)

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
        "object-src": ["'none'"],
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
DISPLAY_COOKIE_NAME = "display"
AUDIENCE_VISIT_COOKIE_NAME = "occ_visit"
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
