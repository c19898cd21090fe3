"""How what accounts hold about a person is corrected once staff have accepted it (Art. 16 GDPR, promise P5.2)."""

from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import attributes, enrolling, services
from accounts.errors import EnrolmentRefused
from accounts.models import Enrolment, Profile, User
from accounts.selectors import PROFILE_FIELDS
from privacy.actors import Actor
from privacy.data_map.rectify import Door, Elsewhere, Texts
from privacy.forms import AddressField

# A wrong address would hand the account, and with it every right, to whoever reads that mailbox. So it is changed where
# a code shows that the new one is the person's, and nowhere else.
OWN_ADDRESS = Elsewhere(
    _("You change this yourself: we send a code to the new address, because only you can show that it is yours."),
    "account_email",
    _("Change your e-mail address"),
)
UNCLAIMED_ADDRESS = Elsewhere(
    _("This address is how we know who you are. Create an account with it first; then it can be corrected."),
    "account_signup",
    _("Create an account"),
)


def _correct_profile(actor: Actor, row: Profile, field: str, value: Any) -> None:
    row.refresh_from_db()  # another field of it may have been corrected a moment ago
    said = {name: getattr(row, name) for name in PROFILE_FIELDS}
    services.update_profile(actor=actor, user_id=row.pk, **{**said, field: value})


def _correct_account(actor: Actor, row: User, field: str, value: Any) -> None:
    services.change_username(actor=actor, user_id=row.pk, username=value)


def _correct_enrolment(actor: Actor, row: Enrolment, field: str, value: Any) -> None:
    corrected = attributes.as_before(value, row.attributes) if field == "attributes" else value
    enrolling.correct_enrolment(actor=actor, enrolment_id=row.pk, **{field: corrected})


def _own_address(_row: Any, field: str) -> Elsewhere | None:
    return OWN_ADDRESS if field == "email" else None


def _unclaimed_address(row: Enrolment, field: str) -> Elsewhere | None:
    return UNCLAIMED_ADDRESS if field == "work_email" and row.user_id is None else None


def _unproven_address(row: Enrolment, field: str, value: Any) -> str:
    if field != "work_email" or EmailAddress.objects.filter(user_id=row.user_id, email=value, verified=True).exists():
        return ""
    return gettext("The person has not shown with a code that this address is theirs. It is not their account’s.")


def _in_words(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """The same, with a refusal of this app as the words of a form."""

    def reading(text: str) -> Any:
        try:
            return read(text)
        except EnrolmentRefused as refusal:
            raise ValidationError(refusal.message) from refusal

    return reading


def _nobodys(_actor: Actor, _row: Any, field: str, _value: Any) -> None:
    raise PermissionError(f"{field} is changed by the person alone")


PROFILE = Door(_correct_profile)
ACCOUNT = Door(_correct_account, elsewhere=_own_address)
ADDRESSES = Door(_nobodys, elsewhere=_own_address)
ENROLMENT = Door(
    _correct_enrolment,
    texts={
        "nickname": Texts(_in_words(enrolling.tidied_nickname)),
        "work_email": Texts(
            lambda text: AddressField().clean(text),
            hint=_("Make the right address that of your account first: only you can show that it is yours."),
        ),
        "attributes": Texts(
            _in_words(attributes.of_lines),
            attributes.as_lines,
            _("One fact on a line: its name, a colon, then what it is."),
        ),
    },
    elsewhere=_unclaimed_address,
    speaks_against=_unproven_address,
)
