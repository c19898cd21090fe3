"""Which language of the policy a reader gets."""

from privacy.policy.clauses import LANGUAGES

# In their own words, for whoever looks for theirs.
NAMES = {"en": "English", "fr": "Français", "ar": "العربية"}


def language_or_first(asked: str | None) -> str:
    """The language asked for, without its region, where the policy is written in it; otherwise the first one."""
    language = (asked or "").lower().partition("-")[0]
    return language if language in LANGUAGES else LANGUAGES[0]
