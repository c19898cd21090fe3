"""`make run`: the services and secrets that `occicor.embedded` made, plain HTTP on this machine only."""

from occicor.settings.base import *
from occicor.settings.environment import env

DEBUG = env.bool("DEBUG", default=False)
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http"
DEMO_ACCOUNTS = env.bool("DEMO_ACCOUNTS", default=False)
DEMO_REQUESTS = env.bool("DEMO_REQUESTS", default=False)
# Forwarded headers are believed from nobody, unless a proxy is said to stand in front.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
