"""Production: every secret from the environment or a file, HTTPS only, real mail; anything weaker stops the start."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from occicor.settings.environment import env, given

REQUIRED = (
    "SECRET_KEY",
    "DIGEST_KEY",
    "PACKAGE_KEK",
    "SIGNING_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "SITE_URL",
    "ALLOWED_HOSTS",
    "LEDGER_DIR",
)
# Of what the process was given: the files that the embedded services write do not count here.
_missing = [name for name in REQUIRED if not given.get(name)]
if _missing:
    raise ImproperlyConfigured(f"Production needs these in the environment (see .env.example): {', '.join(_missing)}")

from occicor.settings.base import *  # noqa: E402
from occicor.settings.base import CONTENT_SECURITY_POLICY, LEDGER_DIR, SITE_URL, logging_in  # noqa: E402

if env.bool("EMBEDDED_MAIL", default=False):
    raise ImproperlyConfigured("EMBEDDED_MAIL shows every message to whoever asks: never in production")
if env.bool("DEMO_ACCOUNTS", default=False):
    raise ImproperlyConfigured("DEMO_ACCOUNTS makes accounts whose passwords lie in a file: never in production")
if env.bool("OUTBOUND_ALLOW_LOOPBACK", default=False):
    raise ImproperlyConfigured(
        "OUTBOUND_ALLOW_LOOPBACK lets strangers name services of this machine: never in production"
    )
if env("PACKAGE_STORE_URL", default="").startswith("s3+http:"):
    raise ImproperlyConfigured("PACKAGE_STORE_URL must begin with s3:// in production: s3+http:// has no TLS")
if not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("SITE_URL must begin with https:// in production")
if any((folder / "PG_VERSION").exists() for folder in (LEDGER_DIR, *LEDGER_DIR.parents)):
    raise ImproperlyConfigured("LEDGER_DIR lies in PostgreSQL's own folder: a restored backup would take it back too")

LOG_FORMAT = env("LOG_FORMAT", default="json")
LOGGING = logging_in(LOG_FORMAT)
EMBEDDED_MAIL = False
DEMO_ACCOUNTS = False
OUTBOUND_ALLOW_LOOPBACK = False
POLICY_MUST_MATCH = True
POST_OFFICE = {**POST_OFFICE, "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"}}

# How many reverse proxies stand in front: with none, forwarded headers are believed from nobody.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=1)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
# Who comes without https is led to the one address, whatever host they named.
SECURE_SSL_HOST = urlsplit(SITE_URL).netloc
# Apps are refused instead of led (occicor.middleware.AppLanguageMiddleware).
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$", r"^api/v1/"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
# The prefix makes browsers refuse the cookie unless it is secure, for this host alone and for every path.
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
COOKIE_CONSENT_NAME = "__Host-consent"
COOKIE_CONSENT_SECURE = True
CONSENT_REF_COOKIE_NAME = "__Host-consent_ref"
CONTACT_DRAFT_COOKIE_NAME = "__Host-contact_draft"
DISPLAY_COOKIE_NAME = "__Host-display"
AUDIENCE_VISIT_COOKIE_NAME = "__Host-occ_visit"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = True
