"""Settings of the benchmarks: the project as it is, ten more tables of personal data, and a database of its own."""

from occicor.settings.base import *  # noqa: F403
from occicor.settings.base import (
    ACCOUNT_RATE_LIMITS,
    DATABASES,
    INSTALLED_APPS,
    POST_OFFICE,
    STORAGES,
    VAR_DIR,
    logging_in,
)

ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.app"]
DATABASES["default"]["NAME"] = f"{DATABASES['default']['NAME']}_bench"
POST_OFFICE = {**POST_OFFICE, "BACKENDS": {"default": "django.core.mail.backends.dummy.EmailBackend"}}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# As in production: that each answer is a line is part of what it costs.
LOGGING = logging_in("json")
# Each person comes from a network of their own, as the header says; limits are counted as everywhere, never reached.
ALLAUTH_TRUSTED_PROXY_COUNT = 1
ACCOUNT_RATE_LIMITS = {**ACCOUNT_RATE_LIMITS, "consent": "100000/s/ip"}
# As short-lived as the database: a ledger from an earlier run would close this one.
LEDGER_DIR = VAR_DIR / "ledger-of-benchmarks"
# A day at the desk may take longer to play than a sign-in counts for.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 24 * 60 * 60
