"""How the site is watched: what its logs look like, who may read its figures, and where its errors are reported."""

from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from occicor.settings.environment import env

# "words" for whoever reads at a terminal, "json" for programs: one object a line.
LOG_FORMAT = env("LOG_FORMAT", default="words")
_FORMS = {"words": "occicor.log_lines.WithoutValues", "json": "occicor.log_lines.JsonLines"}
if LOG_FORMAT not in _FORMS:
    raise ImproperlyConfigured(f"LOG_FORMAT is words or json, not {LOG_FORMAT!r}")

# Whoever brings it reads /metrics; without it nobody does, and no request is counted for it.
METRICS_TOKEN = env("METRICS_TOKEN", default="")
SHORTEST_TOKEN = 32
if METRICS_TOKEN and len(METRICS_TOKEN) < SHORTEST_TOKEN:
    raise ImproperlyConfigured(f"METRICS_TOKEN has fewer than {SHORTEST_TOKEN} characters: it could be guessed")
# Where errors are reported besides the log (docs/how-to/watch-the-site.md); empty: nowhere.
SENTRY_DSN = env("SENTRY_DSN", default="")
SENTRY_ENVIRONMENT = env("SENTRY_ENVIRONMENT", default="production")
if SENTRY_DSN and find_spec("sentry_sdk") is None:
    raise ImproperlyConfigured(
        "SENTRY_DSN is set, and what speaks to Sentry is not installed:"
        " pip install --require-hashes -r requirements-sentry.txt"
    )

LOGGING_CONFIG = "occicor.log_lines.set_up"
_REPORTS = {"()": "occicor.watching.sentry.Reports", "dsn": SENTRY_DSN, "environment": SENTRY_ENVIRONMENT}
_HANDLERS = ["console", "reports"] if SENTRY_DSN else ["console"]
# These would write in a form of their own, values and all, if their loggers had no handlers yet.
_OWN_WAYS = ("_granian", "post_office")


def logging_in(form: str) -> dict[str, Any]:
    """What every process writes, in one of the two forms; the web server's own words in its workers as well."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"()": _FORMS[form], "format": "{asctime} {levelname} {name} {message}", "style": "{"}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "plain"},
            **({"reports": _REPORTS} if SENTRY_DSN else {}),
        },
        "root": {"handlers": _HANDLERS, "level": env("LOG_LEVEL", default="INFO")},
        "loggers": {name: {"handlers": _HANDLERS, "propagate": False, "level": "WARNING"} for name in _OWN_WAYS},
    }


LOGGING = logging_in(LOG_FORMAT)
