"""The question at sign-up when somebody was born: asked, answered and forgotten in one go (promise P9.1)."""

from datetime import date, datetime, timedelta
from typing import Any

from allauth.core import context
from django import forms
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import former_addresses
from accounts.models import User
from privacy.package.words import zone

OF_AGE = 18
LONGEST_LIFE = 130
PARTS = ("born_day", "born_month", "born_year")
# The code of the refusal, for programs; it says no more than the page does.
CLOSED = "closed"
CANNOT_OPEN = _("We cannot open an account for you.")
_UNTIL = "sign_up_closed_until"

ANSWER = _("Enter the day, the month and the year in which you were born, such as 27 3 1990.")
NO_DAY = _("There is no such day. Enter the day as a number from 1 to 31, and look whether that month has it.")
NO_MONTH = _("Enter the month as a number from 1 to 12.")
NO_YEAR = _("Enter the year with four digits, such as 1990.")
NOT_YET = _("This day is still to come. Enter the day on which you were born.")
LONG_AGO = _("This is very long ago. Check the year.")


class WrongPart(ValueError):
    """A part of a date is wrong; `part` is the name of its field, `message` what to write instead."""

    def __init__(self, part: str, message: Any) -> None:
        super().__init__(str(message))
        self.part, self.message = part, message


def read_date(day: str, month: str, year: str, today: date) -> date:
    """The date that three texts say, in digits of any script; raises WrongPart."""
    numbers = [int(text) if text.isdecimal() and len(text) <= 4 else 0 for text in (day, month, year)]
    if not any((day, month, year)):
        raise WrongPart("born_day", ANSWER)
    if not 1 <= numbers[1] <= 12:
        raise WrongPart("born_month", NO_MONTH)
    if len(year) != 4 or not numbers[2]:
        raise WrongPart("born_year", NO_YEAR)
    try:
        said = date(numbers[2], numbers[1], numbers[0])
    except ValueError:
        raise WrongPart("born_day", NO_DAY) from None
    if said > today:
        raise WrongPart("born_year", NOT_YET)
    if said.year < today.year - LONGEST_LIFE:
        raise WrongPart("born_year", LONG_AGO)
    return said


def is_of_age(born: date, today: date) -> bool:
    """Whether the eighteenth birthday is today or past; whoever was born on 29 February has it on 1 March else."""
    return (born.year + OF_AGE, born.month, born.day) <= (today.year, today.month, today.day)


def is_closed(request: HttpRequest) -> bool:
    """Whether this browser was told a short while ago that we cannot open an account."""
    until = request.session.get(_UNTIL)
    return until is not None and timezone.now() < datetime.fromisoformat(until)


def close(session: SessionBase) -> None:
    """Let the answer stand in this browser for settings.SIGN_UP_CLOSED_MINUTES, and keep nothing else of it.

    The session knows until when, and neither who nor why. One that held nothing before ends with it.
    """
    time = timedelta(minutes=settings.SIGN_UP_CLOSED_MINUTES)
    if session.is_empty():
        session.set_expiry(int(time.total_seconds()))
    session[_UNTIL] = (timezone.now() + time).isoformat()


def _digits(filled_in_with: str) -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": filled_in_with})


class EverySignUp(forms.Form):
    """The part that every sign-up has, on the page and for programs alike: it asks when somebody was born.

    The three texts are read and dropped here: nothing that is filled in with them is stored unless they say enough.
    """

    born_day = forms.CharField(required=False, label=_("Day"), widget=_digits("bday-day"))
    born_month = forms.CharField(required=False, label=_("Month"), widget=_digits("bday-month"))
    born_year = forms.CharField(required=False, label=_("Year"), widget=_digits("bday-year"))

    def clean(self) -> dict[str, Any]:
        """Read the date; raises ValidationError with the code CLOSED, and no other word, where we open no account."""
        given: dict[str, Any] = super().clean() or {}
        day, month, year = (str(given.pop(name, "")) for name in PARTS)
        # A birthday begins when the day does with us, as every term that we count.
        today = timezone.localdate(timezone=zone())
        try:
            of_age = is_of_age(read_date(day, month, year, today), today)
        except WrongPart as wrong:
            self.add_error(wrong.part, forms.ValidationError(wrong.message, code="invalid"))
            return given
        if not of_age:
            close(context.request.session)
            self.errors.clear()
            raise forms.ValidationError(CANNOT_OPEN, code=CLOSED)
        if former_addresses.can_be_taken_back(given.get("email", "")):
            # As for an address that an account has: the answer is the same, and its reader gets a message.
            self.account_already_exists = True
        return given

    def signup(self, request: HttpRequest, user: User) -> None:
        """Nothing of the answer goes into the account."""
