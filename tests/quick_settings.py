"""The settings of `make run` with the quick passwords of the tests: ours take a fifth of a second of the processor."""

from occicor.settings.development import *  # noqa: F403 - as the settings themselves do

PASSWORD_HASHERS = ["tests.quick_argon2.QuickArgon2PasswordHasher"]
