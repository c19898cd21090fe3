"""The words with which people are asked to agree, put together once for the page and for the proof."""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from consent.vocabulary import DESCRIPTIONS, Topic

TOPICS = _("What do you want to hear about?")
TOPICS_HINT = _("You get what you tick, and nothing else.")
EMAIL = _("Your e-mail address")
EMAIL_HINT = _(
    "We write to it once and ask whether it is you. Only when you say yes there, you get what you ticked. We use the"
    " address for nothing else."
)
CONSENT = _(
    "You agree that Occicor sends you what you ticked by e-mail. You can end it at any time, with one click in each"
    " message; you need no password and give no reason."
)
ACT = _("Subscribe")


@dataclass(frozen=True)
class Shown:
    """The words of the page in one language, and their hash."""

    language: str
    text: str
    consent = CONSENT
    act = ACT

    @property
    def sha256(self) -> str:
        """SHA-256 of the text: what the page sends back, so that nobody agrees to words they have not seen."""
        return hashlib.sha256(f"{self.language}\n{self.text}".encode()).hexdigest()


def topic_choices() -> list[tuple[str, str]]:
    """Each topic with what one gets, as it stands beside its box."""
    return [(topic.value, f"{topic.label}: {DESCRIPTIONS[topic]}") for topic in Topic]


def shown() -> Shown:
    """The words as they are shown now, in the active language."""
    lines = [TOPICS, TOPICS_HINT, *(words for _topic, words in topic_choices()), EMAIL, EMAIL_HINT, CONSENT, ACT]
    return Shown(get_language() or settings.LANGUAGE_CODE, "\n".join(str(line) for line in lines))
