"""The cookies without which the site does not work, in words for people; other apps name those they may set besides."""

from typing import Any

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from consent.vocabulary import PurposeCode
from privacy.policy.register import Register, Tracker

DAY = 60 * 60 * 24


def told(words: str, days: int) -> Any:
    """A sentence with a number of days in it, in the language of whoever reads it."""
    return lazy(lambda: gettext(words) % {"days": days}, str)()


def trackers() -> tuple[Tracker, ...]:
    """As the settings have them now."""
    signed_in = gettext_noop("Until you sign out; %(days)d days after your last visit at the latest.")
    return (
        Tracker(
            settings.SESSION_COOKIE_NAME,
            PurposeCode.SECURITY,
            what_for=_("Knows you again from page to page, and what you have begun to write in a request."),
            set_when=_(
                "When you sign in or out, open an account, set a new password by a code, have a code sent that shows "
                "who you are, begin a request, or keep or delete the draft of a message."
            ),
            lasts=told(signed_in, settings.SESSION_COOKIE_AGE // DAY),
            needed=True,
        ),
        Tracker(
            settings.CSRF_COOKIE_NAME,
            PurposeCode.SECURITY,
            what_for=_("Keeps other sites from sending a form in your name."),
            set_when=_("When you open a page with a form."),
            lasts=_("Until you close the browser."),
            needed=True,
        ),
    )


def of_choices() -> tuple[Tracker, ...]:
    """The two in which this browser keeps what somebody chose about cookies."""
    return (
        Tracker(
            settings.COOKIE_CONSENT_NAME,
            PurposeCode.SECURITY,
            what_for=_("Remembers what you accepted and refused, so that we do not ask on every page."),
            set_when=_("When you answer the question about cookies."),
            lasts=told(gettext_noop("%(days)d days; then we ask again."), settings.CONSENT_DAYS),
            needed=True,
        ),
        Tracker(
            settings.CONSENT_REF_COOKIE_NAME,
            PurposeCode.SECURITY,
            what_for=_(
                "A random number under which the proof of what you accepted is kept, so that you can see it too."
            ),
            set_when=_("When you accept something; never when you refuse."),
            lasts=told(gettext_noop("%(days)d days, or until you withdraw what you accepted."), settings.CONSENT_DAYS),
            needed=True,
        ),
    )


def declare(register: Register) -> None:
    """Put them into the register that the policy reads."""
    for tracker in (*trackers(), *of_choices()):
        register.add_tracker(tracker)
