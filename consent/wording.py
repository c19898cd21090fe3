"""The words with which people are asked to agree, put together once for the page and for the proof."""

import hashlib
from dataclasses import dataclass
from typing import Any

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
SUBSCRIBE = _("Subscribe")
SAVE = _("Save my choices")


@dataclass(frozen=True)
class Shown:
    """The words of a page in one language, their hash, and what its button says."""

    language: str
    text: str
    act: str
    consent = CONSENT

    @property
    def sha256(self) -> str:
        """SHA-256 of the text: what the page sends back, so that nobody agrees to words they have not seen."""
        return hashlib.sha256(f"{self.language}\n{self.text}".encode()).hexdigest()


def topic_choices() -> list[tuple[str, str]]:
    """Each topic with what one gets, as it stands beside its box."""
    return [(one.value, _("%(topic)s: %(what)s") % {"topic": one.label, "what": DESCRIPTIONS[one]}) for one in Topic]


def shown() -> Shown:
    """The words of the page on which one subscribes, as they are now, in the active language."""
    return _shown(TOPICS, TOPICS_HINT, *_beside_the_boxes(), EMAIL, EMAIL_HINT, CONSENT, SUBSCRIBE)


def shown_to_subscribers() -> Shown:
    """The words of the page on which a subscriber chooses, as they are now, in the active language."""
    return _shown(TOPICS, TOPICS_HINT, *_beside_the_boxes(), CONSENT, SAVE)


def _beside_the_boxes() -> list[str]:
    return [words for _topic, words in topic_choices()]


def _shown(*lines: Any) -> Shown:
    return Shown(get_language() or settings.LANGUAGE_CODE, "\n".join(map(str, lines)), str(lines[-1]))
