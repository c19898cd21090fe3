"""What can stand against an act on a legal hold, a disclosure or a breach, each in a sentence for the screen."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class CaseError(Exception):
    """An act on a case that was not done; `message` says why and what to do."""

    message: Any = _("This was not done.")

    def __init__(self, message: Any = None) -> None:
        super().__init__(message)
        if message is not None:
            self.message = message


class SecondPersonNeeded(CaseError):
    """The same person cannot do both halves of what takes two."""

    message = _("You did the first part of this. Somebody else must do the second.")


class AlreadyDone(CaseError):
    """A colleague was quicker, or the case is not at this point."""

    message = _("Somebody has done this already. The page shows how it stands now.")


class NobodyKnown(CaseError):
    """Nothing is held of whoever was named."""

    message = _("We hold nothing of anybody by this address. Check how it is written.")


class DayPassed(CaseError):
    """A day to come is asked for."""

    message = _("Choose a day that is still to come.")
