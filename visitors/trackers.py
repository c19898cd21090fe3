"""The cookies that the public pages set when somebody asks for what they remember, in words for people."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from consent.trackers import told
from consent.vocabulary import PurposeCode
from privacy.policy.register import Register, Tracker
from visitors import display
from visitors.audience import visits


def trackers() -> Iterator[Tracker]:
    """As the settings have them now."""
    yield Tracker(
        display.COOKIE,
        PurposeCode.PREFERENCES,
        what_for=_("Remembers how you want to see this site: light or dark, size of the words, motion, language."),
        set_when=_("Only when you press “Keep my choice” on the page for that."),
        lasts=told(gettext_noop("%(days)d days, or until you have it forgotten."), display.KEPT.days),
        needed=False,
    )
    yield Tracker(
        settings.CONTACT_DRAFT_COOKIE_NAME,
        PurposeCode.FORMS,
        what_for=_("Finds the draft of your message on the contact page again."),
        set_when=_("Only when you press “Keep my draft” there."),
        lasts=told(gettext_noop("%(days)d days, or until you send or delete the draft."), settings.CONTACT_DRAFT_DAYS),
        needed=False,
    )
    if settings.AUDIENCE_VISITS:
        yield Tracker(
            visits.COOKIE,
            PurposeCode.STATS,
            what_for=_(
                "A random number by which we see whether a browser comes back, and which pages one visit opens."
            ),
            set_when=_("Only after you agreed to statistics."),
            lasts=told(
                gettext_noop("%(days)d days from the day it is set, or until you take your consent back."),
                settings.AUDIENCE_VISIT_COOKIE_DAYS,
            ),
            needed=False,
        )


def declare(register: Register) -> None:
    """Put them into the register that the policy and the privacy centre read."""
    for tracker in trackers():
        register.add_tracker(tracker)
