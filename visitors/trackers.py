"""The cookies that the public pages set when somebody asks for what they remember, in words for people."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from consent.trackers import told
from privacy.policy.register import Register, Tracker
from visitors import display, embeds


def trackers() -> Iterator[Tracker]:
    """As the settings have them now: where nothing of other sites is ever shown, nothing remembers from where."""
    yield Tracker(
        display.COOKIE,
        what_for=_("Remembers how you want to see this site: light or dark, size of the words, motion, language."),
        set_when=_("Only when you press “Keep my choice” on the page for that."),
        lasts=told(gettext_noop("%(days)d days, or until you have it forgotten."), display.KEPT.days),
        needed=False,
    )
    yield Tracker(
        settings.CONTACT_DRAFT_COOKIE_NAME,
        what_for=_("Finds the draft of your message on the contact page again."),
        set_when=_("Only when you press “Keep my draft” there."),
        lasts=told(gettext_noop("%(days)d days, or until you send or delete the draft."), settings.CONTACT_DRAFT_DAYS),
        needed=False,
    )
    if settings.EMBED_HOSTS:
        yield Tracker(
            embeds.ALWAYS,
            what_for=_("Remembers from which other sites you always want to see films and pictures."),
            set_when=_("Only when you press “Always show from there”."),
            lasts=told(gettext_noop("%(days)d days, or until you take it back."), embeds.KEPT.days),
            needed=False,
        )


def declare(register: Register) -> None:
    """Put them into the register that the policy and the privacy centre read."""
    for tracker in trackers():
        register.add_tracker(tracker)
