"""The test suite: the same engines as everywhere, quicker password hashes, no hashed file names."""

from datetime import date

from occicor.settings.base import *
from occicor.settings.base import POST_OFFICE, STORAGES, VAR_DIR

ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["tests.quick_argon2.QuickArgon2PasswordHasher"]
POST_OFFICE = {**POST_OFFICE, "BACKENDS": {"default": "django.core.mail.backends.locmem.EmailBackend"}}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# Whatever this machine keeps elsewhere is none of the tests' business.
BACKUP_DIR = VAR_DIR / "backups"
EMBEDDED_MAIL = True
# No answer is held back; tests/occicor/test_even_doors.py is about that.
EVEN_DOORS = 0
# Tests wait for the worker and open no page meanwhile.
WORKER_NICE = 0
CONSENT_WALL_RAISES = True
DEMO_ACCOUNTS = True
# The tests hold on any day; those of the reminder set a day of their own.
SECURITY_TXT_EXPIRES_ON = date(2999, 1, 1)
