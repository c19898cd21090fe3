"""Every cookie and similar thing that the site sets, in words for the policy; the catalogue of choices stands on it."""

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy.data_map.plan import duration
from privacy.policy.register import Register, Tracker

DAY = 60 * 60 * 24


def _signed_in() -> str:
    time = duration(settings.SESSION_COOKIE_AGE // DAY)
    return gettext("%(time)s after you last used it, or until you sign out") % {"time": time}


def _protected() -> str:
    return duration(settings.CSRF_COOKIE_AGE // DAY)


TRACKERS = (
    Tracker(
        settings.SESSION_COOKIE_NAME,
        what_for=_(
            "keeps you signed in, and keeps for the next page what you have begun and the message that something is"
            " done; it is set when you sign in or begin a request"
        ),
        lasts=lazy(_signed_in, str)(),
        needed=True,
    ),
    Tracker(
        settings.CSRF_COOKIE_NAME,
        what_for=_("shows that a form was sent from our own page, and by nobody in your name; it is set with a form"),
        lasts=lazy(_protected, str)(),
        needed=True,
    ),
)


def declare(register: Register) -> None:
    """Put them into the register that the policy reads."""
    for tracker in TRACKERS:
        register.add_tracker(tracker)
