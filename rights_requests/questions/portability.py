"""The question before portability: for oneself, or sent to a recipient of one's choice (Art. 20 GDPR)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.data_map.plan import plan
from privacy.forms import AddressField
from privacy.numbers import NumberedText
from privacy.vocabulary import Right
from rights_requests.forms import WholeText
from rights_requests.models import RightsRequest, Transfer
from rights_requests.pages import titles
from rights_requests.people import Party
from rights_requests.questions.question import Answers, AskForm, Question, Row
from rights_requests.questions.rows import asked_row, change_row
from rights_requests.recipients.addresses import AddressFault, read
from rights_requests.services.filing import Asked
from rights_requests.vocabulary import TransferKind

MYSELF = "myself"
_TOO_LONG: Any = NumberedText(_("This address is too long. Use at most %(limit_value)s characters."))
_WAYS = (
    (MYSELF, _("I download it myself")),
    (TransferKind.MAIL.value, _("Send someone a link, good for one download")),
    (TransferKind.HTTPS.value, _("Upload it to an address on the web that a service gave me")),
)


class PortabilityForm(AskForm):
    """Where the data is to go; only the answer that belongs to the chosen way counts."""

    way = forms.ChoiceField(
        label=_("Where is your data to go?"),
        help_text=_("You can download it yourself in every case."),
        choices=_WAYS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where your data is to go.")},
    )
    email = AddressField(
        label=_("E-mail address of whoever gets the link"),
        help_text=_("Whoever reads this mailbox can take your data once. Check the address letter by letter."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    url = WholeText(
        label=_("Address on the web"),
        help_text=_("It begins with https:// and comes from the service that is to get your data."),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"max_length": _TOO_LONG},
    )

    def clean_url(self) -> str:
        """The address as typed; raises ValidationError for one that we would not call, if it is the chosen way."""
        url = str(self.cleaned_data["url"]).strip()
        if url and self.cleaned_data.get("way") == TransferKind.HTTPS:
            try:
                read(url)
            except AddressFault as fault:
                raise forms.ValidationError(fault.message, code=fault.fault) from fault
        return url

    def clean(self) -> dict[str, Any]:
        """The way that was chosen needs its address."""
        cleaned = super().clean() or {}
        way = cleaned.get("way")
        if way == TransferKind.MAIL and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", _("Enter the e-mail address of whoever is to get the link."))
        if way == TransferKind.HTTPS and not cleaned.get("url") and "url" not in self.errors:
            self.add_error("url", _("Enter the address that the service gave you."))
        return cleaned


def target(answers: Answers) -> str:
    """The address of the recipient; empty when there is none."""
    by_way = {TransferKind.MAIL.value: answers["email"], TransferKind.HTTPS.value: answers["url"]}
    return str(by_way.get(answers["way"], ""))


def context(party: Party) -> dict[str, Any]:
    """What would be in the files."""
    return {"goes_along": plan(party.subject, Right.PORTABILITY).items}


def rows(answers: Answers, party: Party) -> list[Row]:
    """What goes, and where."""
    found = [
        asked_row(Right.PORTABILITY),
        {"key": _("What is in the files"), "value": titles(plan(party.subject, Right.PORTABILITY).items)},
        change_row(Right.PORTABILITY, _("Where it goes"), dict(_WAYS)[answers["way"]]),
    ]
    to = target(answers)
    return [*found, change_row(Right.PORTABILITY, _("To this address"), to)] if to else found


def asked(answers: Answers, right: Right) -> Asked:
    """Portability has no ground and takes no words: where it goes stands beside it."""
    return Asked(right)


def attach(answers: Answers, party: Party) -> Callable[[RightsRequest], None]:
    """The transfer to the recipient of the person's choice, if there is one."""
    to = target(answers)

    def write(request: RightsRequest) -> None:
        if to:
            Transfer.objects.create(request=request, kind=TransferKind(answers["way"]), target=to)

    return write


PORTABILITY = Question(
    Right.PORTABILITY,
    PortabilityForm,
    "rights_requests/ask_portability.html",
    "rights_requests/check_access.html",
    rows=rows,
    asked=asked,
    attach=attach,
    context=context,
    step_up=True,
)
