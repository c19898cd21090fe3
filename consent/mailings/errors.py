"""Why a promotional message was not changed, sent or stopped: each with the sentence that staff read."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class MailingError(Exception):
    """Nothing was done; `message` says why, and what to do instead."""

    message: Any = ""


class NotADraft(MailingError):
    """Only a draft can be changed, deleted or sent."""

    message = _("This message was sent. It can no longer be changed; write another one.")


class Changed(MailingError):
    """The draft says something else than what was shown."""

    message = _("The message was changed since you opened this page. Read it again, then send it.")


class OtherCount(MailingError):
    """Not the number of people who would get it now."""

    message = _("This is not the number of people who would get the message now. The number above is new: type it.")


class NobodyToWriteTo(MailingError):
    """Nobody asked for the topic, or the gate stops all who did."""

    message = _("Nobody would get this message now.")


class NothingToStop(MailingError):
    """Everything has left, or was stopped before."""

    message = _("There is nothing to stop: this message is not being sent.")


class StoppedByTheGate(MailingError):
    """A test message to somebody who objected to advertising, or whose data is restricted."""

    message = _("No test message was sent: you asked us not to use your own data for advertising, and that holds.")
