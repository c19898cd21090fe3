"""Disclosures at the desk: the form that records one, the acts on one, how one stands, and the register as a table."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.template.defaultfilters import date as in_words
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_countries import countries

from privacy import disclosures, groups
from privacy.actors import Actor
from privacy.addresses import LookAlike
from privacy.case_errors import CaseError
from privacy.case_words import NoticeState, RecipientKind
from privacy.data_map.registry import registry
from privacy.data_map.subject import subject_of_email
from privacy.desk.acts import Act, CaseForm, Fact, Pill, Stands, WordsForm
from privacy.desk.choosing import CHOOSE, HoldingsField, day_field, line_field, moment_field, words_field
from privacy.desk.holds import titles
from privacy.inert import inert
from privacy.models import Disclosure
from privacy.package.words import moment_teller
from privacy.staff import name_of

MOST_ADDRESSES = 500
COLUMNS = (
    *("number", "to whom", "kind", "country", "safeguard", "when", "what", "of whom", "people", "told", "law"),
    *("number of the demand", "why", "kept secret until", "recorded", "confirmed", "withdrawn"),
)


class RecordForm(CaseForm):
    """What went to whom, whose it was, by which power, and whether the people may know."""

    to_name = line_field(gettext_lazy("To whom"), longest=120, help_text=gettext_lazy("The people read this name."))
    to_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of recipient"), choices=RecipientKind.choices, error_messages={"required": CHOOSE}
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        choices=lambda: [("", "–"), *countries],
        initial="FR",
        error_messages={"required": CHOOSE},
    )
    safeguard = line_field(
        gettext_lazy("What protects the data there"),
        longest=300,
        required=False,
        help_text=gettext_lazy("Needed for countries that do not protect data as the European Union does."),
    )
    happened_at = moment_field(gettext_lazy("When"))
    slugs = HoldingsField(
        label=gettext_lazy("What"), error_messages={"required": gettext_lazy("Choose what was disclosed.")}
    )
    addresses = words_field(
        gettext_lazy("Of whom"),
        longest=50_000,
        required=False,
        help_text=gettext_lazy("E-mail addresses, one on each line. They are kept sealed until the people are told."),
    )
    group = forms.ChoiceField(
        label=gettext_lazy("Or of a whole group"),
        required=False,
        help_text=gettext_lazy("Everybody of a Customer, or everybody with an account."),
    )
    power = line_field(
        gettext_lazy("Law"), required=False, help_text=gettext_lazy("Needed for courts, authorities and the police.")
    )
    reference = line_field(
        gettext_lazy("Number of the demand"),
        longest=120,
        required=False,
        help_text=gettext_lazy("Needed for courts, authorities and the police."),
    )
    why = words_field(gettext_lazy("Why"), longest=1000, help_text=gettext_lazy("The people read these words."))
    withheld_until = day_field(
        gettext_lazy("Kept from the people until"),
        required=False,
        help_text=gettext_lazy("Leave it empty to tell them at once. From this day on they are told by themselves."),
    )
    withheld_reason = line_field(gettext_lazy("Which law forbids to tell them"), longest=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = [one for one in registry.holdings.values() if any(one.exported()) and not one.by_product]
        self.fields["slugs"].offer(given)  # type: ignore[attr-defined]
        found = [*groups.choices("accounts"), *groups.choices("customer")]
        self.fields["group"].choices = [("", "–"), *found]  # type: ignore[attr-defined]

    def clean_addresses(self) -> list[str]:
        """The addresses, each once; raises ValidationError that names the first that is none."""
        lines = [line.strip() for line in str(self.cleaned_data["addresses"]).splitlines() if line.strip()]
        if len(lines) > MOST_ADDRESSES:
            said = _("Use at most %(most)d addresses, or choose a group.") % {"most": MOST_ADDRESSES}
            raise ValidationError(said)
        for line in lines:
            try:
                forms.EmailField().clean(line)
            except ValidationError as error:
                raise ValidationError(_("This is no address: %(line)s") % {"line": inert(line[:100])}) from error
        return list(dict.fromkeys(lines))

    def clean(self) -> dict[str, Any]:
        """People or a group, and secrecy with its law."""
        given: dict[str, Any] = super().clean() or {}
        if "addresses" not in self.errors and bool(given.get("addresses")) is bool(given.get("group")):
            self.add_error("addresses", ValidationError(_("Name the people, or choose a group: one of the two.")))
        if bool(given.get("withheld_until")) is not bool(given.get("withheld_reason")):
            self.add_error("withheld_until", ValidationError(str(disclosures.NO_REASON)))
        return given

    def open_case(self, actor: Actor) -> Disclosure:
        """Record what was filled in; raises privacy.case_errors.CaseError."""
        given = self.cleaned_data
        words = ("to_name", "country", "happened_at", "why", "power", "reference", "safeguard", "slugs")
        what = disclosures.What(to_kind=RecipientKind(given["to_kind"]), **{name: given[name] for name in words})
        until = given["withheld_until"]
        return disclosures.record(
            actor=actor,
            what=what,
            of=disclosures.Of(tuple(_subjects(given["addresses"])), given["group"]),
            secrecy=disclosures.Secrecy(until, given["withheld_reason"]) if until else None,
        )


def _subjects(addresses: Iterable[str]) -> Iterator[Any]:
    for address in addresses:
        try:
            yield subject_of_email(address)
        except LookAlike as error:
            said = _("This address looks like another one: %(line)s") % {"line": inert(address)}
            raise CaseError(said) from error


class ConfirmForm(CaseForm):
    """That a second person stands for it; words are welcome."""

    text = words_field(gettext_lazy("In words"), required=False)


class LongerForm(CaseForm):
    """Until which day it is still secret, and by which law."""

    until = day_field(gettext_lazy("Kept from the people until"))
    reason = line_field(gettext_lazy("Which law forbids to tell them"), longest=300)


def _confirm(found: Disclosure, actor: Actor, given: Mapping[str, Any]) -> object:
    return disclosures.confirm(actor=actor, disclosure_id=found.pk, text=given["text"])


def _withdraw(found: Disclosure, actor: Actor, given: Mapping[str, Any]) -> object:
    return disclosures.withdraw(actor=actor, disclosure_id=found.pk, text=given["text"])


def _longer(found: Disclosure, actor: Actor, given: Mapping[str, Any]) -> object:
    secrecy = disclosures.Secrecy(given["until"], given["reason"])
    return disclosures.extend_secrecy(actor=actor, disclosure_id=found.pk, secrecy=secrecy)


def _at_once(found: Disclosure, actor: Actor, given: Mapping[str, Any]) -> object:
    return disclosures.end_secrecy(actor=actor, disclosure_id=found.pk, text=given["text"])


def _is_open(found: Disclosure) -> bool:
    return found.confirmed_at is None and found.withdrawn_at is None


def _is_secret(found: Disclosure, user_id: UUID) -> bool:
    kept = found.withheld_until is not None and found.told_at is None and found.withdrawn_at is None
    return kept and found.withheld_by_id != user_id


ACTS = (
    Act(
        name="confirm",
        label=gettext_lazy("Confirm it"),
        button=gettext_lazy("Confirm the disclosure"),
        form=ConfirmForm,
        do=_confirm,
        done=gettext_lazy("It stands in the register. The people are told as soon as the law allows."),
        open=lambda found, user_id: _is_open(found) and found.decided_by_id != user_id,
    ),
    Act(
        name="longer",
        label=gettext_lazy("Keep it secret for longer"),
        button=gettext_lazy("Set the new day"),
        form=LongerForm,
        do=_longer,
        done=gettext_lazy("The new day is set."),
        open=_is_secret,
    ),
    Act(
        name="tell",
        label=gettext_lazy("The law allows to tell the people now"),
        button=gettext_lazy("Tell them"),
        form=WordsForm,
        do=_at_once,
        done=gettext_lazy("The people are told now."),
        open=_is_secret,
    ),
    Act(
        name="withdraw",
        label=gettext_lazy("Withdraw it: it did not happen like this"),
        button=gettext_lazy("Withdraw the record"),
        form=WordsForm,
        do=_withdraw,
        done=gettext_lazy("The record is withdrawn. It stays readable here."),
        open=lambda found, _user_id: _is_open(found),
        kind="danger",
    ),
)


def pill(found: Disclosure) -> Pill:
    """How far the disclosure is, in words."""
    if found.withdrawn_at is not None:
        return Pill(_("withdrawn"), "quiet")
    if found.confirmed_at is None:
        return Pill(_("waits for a second person"), "soon")
    if found.told_at is not None:
        return Pill(_("people told"), "done")
    if found.withheld_until is not None and found.withheld_until > timezone.localdate():
        left = (found.withheld_until - timezone.localdate()).days
        return Pill(ngettext("secret for %(days)d day", "secret for %(days)d days", left) % {"days": left}, "urgent")
    return Pill(_("people are being told"), "now")


def of_whom(found: Disclosure) -> str:
    """Whose data it was: a group, or how many people."""
    count: int = getattr(found, "people_count", None) or found.people.count()
    said = ngettext("%(count)d person", "%(count)d people", count) % {"count": count}
    return f"{groups.title(found.group)} ({said})" if found.group else said


def stands(found: Disclosure, user_id: UUID) -> Stands:
    """How a disclosure stands."""
    teller = moment_teller()
    told = dict(found.people.order_by().values_list("state").annotate(count=Count("pk")))
    ends = [f"{NoticeState(state).label}: {count}" for state, count in sorted(told.items())]
    facts = [
        Fact(_("To whom"), f"{inert(found.to_name)} ({found.get_to_kind_display()})"),
        Fact(_("Country"), " ".join(filter(None, (str(countries.name(found.country)), inert(found.safeguard))))),
        Fact(_("When"), teller(found.happened_at)),
        Fact(_("What"), titles(found.slugs)),
        Fact(_("Of whom"), of_whom(found)),
        Fact(_("Why"), inert(found.why)),
        Fact(_("The law behind it"), inert(" ".join(filter(None, (found.power, found.reference)))) or "–"),
        Fact(_("Kept from the people until"), _secret(found)),
        Fact(_("Messages"), "\n".join(ends) or "–"),
        Fact(_("Recorded by"), name_of(found.decided_by_id) or "–"),
        Fact(_("Confirmed by"), name_of(found.second_by_id) or "–"),
    ]
    return Stands([pill(found)], facts, _next(found, user_id))


def _secret(found: Disclosure) -> str:
    if found.withheld_until is None:
        return _("nothing is kept from them")
    return f"{in_words(found.withheld_until, 'l j F Y')}: {inert(found.withheld_reason)}"


def _next(found: Disclosure, user_id: UUID) -> str:
    if found.withdrawn_at is not None:
        return _("It was withdrawn. Nobody was told.")
    if found.confirmed_at is None and found.decided_by_id == user_id:
        return _("You recorded it. Somebody else confirms it; until then nobody is told.")
    if found.confirmed_at is None:
        return _("Check it against the letter or the contract, then confirm it.")
    if found.told_at is not None:
        return _("Nothing: the people know.")
    if found.withheld_until is not None and found.withheld_until > timezone.localdate():
        return _("Nothing until the day on which the law allows to tell the people. Then it happens by itself.")
    return _("Nothing: the people are being told.")


def table() -> Iterator[list[str]]:
    """The register, one row for each disclosure, without a person's name in it; the headings first."""
    yield list(COLUMNS)
    for found in Disclosure.objects.annotate(people_count=Count("people")).order_by("pk").iterator(chunk_size=500):
        yield [
            *(str(found.pk), found.to_name, found.to_kind, found.country, found.safeguard, _iso(found.happened_at)),
            *(" ".join(found.slugs), found.group or "people", str(found.people_count), _iso(found.told_at)),
            *(found.power, found.reference, found.why, _iso(found.withheld_until)),
            *(_iso(found.recorded_at), _iso(found.confirmed_at), _iso(found.withdrawn_at)),
        ]


def _iso(when: Any) -> str:
    return when.isoformat() if when else ""
