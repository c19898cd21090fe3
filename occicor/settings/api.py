"""The door for apps: how the API reads, answers, counts and describes itself, and how apps sign in."""

from typing import Any

from occicor.settings.environment import env

# Everything that an app does to sign in is allauth's, for apps alone: no cookie is set (docs/decisions/0040).
HEADLESS_CLIENTS = ("app",)
HEADLESS_SERVE_SPECIFICATION = False
HEADLESS_TOKEN_STRATEGY = "privacy.api.callers.SessionTokens"

# So many requests within so many seconds: of one account, and of one network where nobody is signed in. A site that is
# itself what many apps go through multiplies all of them.
_TIMES = env.int("API_RATE_TIMES", default=1)
API_RATES: dict[str, tuple[int, int]] = {
    "read": (600 * _TIMES, 60),
    "write": (60 * _TIMES, 60),
    "read_unknown": (300 * _TIMES, 60),
    "write_unknown": (60 * _TIMES, 60),
}

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["privacy.api.callers.AppToken", "privacy.api.callers.OwnBrowser"],
    # A view that says nothing is for signed-in people.
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["privacy.api.reading.StrictJSON"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "privacy.api.reading.OnlyJSON",
    "DEFAULT_THROTTLE_CLASSES": ["privacy.api.limits.PerCaller"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "privacy.api.problems.answer",
    "URL_FORMAT_OVERRIDE": None,
    "UNICODE_JSON": True,
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Occicor privacy API",
    "VERSION": "1",
    "DESCRIPTION": (
        "What people can do at Occicor’s privacy portal, for the apps they use: ask for their data, follow their"
        " requests, choose what is sent to them. Every answer that is not a success is a problem as of RFC 9457."
    ),
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "DISABLE_ERRORS_AND_WARNINGS": False,
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SORT_OPERATIONS": False,
    "PREPROCESSING_HOOKS": ["privacy.api.schema.only_for_apps"],
    # Signing in first: nothing else is possible without.
    "POSTPROCESSING_HOOKS": [
        "accounts.api.described.with_signing_in",
        "privacy.api.schema.with_what_all_share",
        "privacy.api.schema.in_plain_names",
    ],
}
