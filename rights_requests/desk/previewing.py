"""The copy before it is made: its holdings, its entries, where a term stands, and what staff leave out of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.models import PermissionsMixin
from django.utils.translation import gettext_lazy as _

from privacy.data_map.declarations import Holding
from privacy.data_map.plan import plan
from privacy.data_map.registry import registry
from privacy.package import preview
from privacy.package.columns import columns_of
from privacy.package.contents import described
from privacy.package.preview import EntryPage, Place
from privacy.staff import names_of
from privacy.vocabulary import Right
from rights_requests.desk.act import Staff
from rights_requests.desk.forms import words_field
from rights_requests.errors import TermTooShort, ValueGone
from rights_requests.models import CLOSED_STATES, Redaction, RightsRequest
from rights_requests.rules import DECIDE
from rights_requests.services import redacting
from rights_requests.services.redacting import Spot
from rights_requests.subjects import known, subject_of
from rights_requests.vocabulary import RedactionReason

ENTRIES_A_PAGE = 25
# A search shows at most so many entries of each holding; more is left out everywhere or not at all.
ENTRIES_FOUND = 100
_SEPARATOR = ":"


@dataclass(frozen=True)
class Part:
    """One holding of the copy and how many entries it has now."""

    slug: str
    title: str
    count: int


@dataclass(frozen=True)
class Line:
    """One redaction as staff read it: what is left out, where, and who left it out."""

    made: Redaction
    where: str
    field: str
    who: str


@dataclass(frozen=True)
class Found:
    """The places of one holding where a term stands, each with the value of its checkbox."""

    title: str
    places: tuple[tuple[str, Place], ...]
    more: bool


class SpotsField(forms.Field):
    """The values that were ticked, each as holding, field and key in one text."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[Spot]:
        """The places; raises ValidationError for what no checkbox of ours says."""
        parts = [str(one).split(_SEPARATOR, 2) for one in value or ()]
        if any(len(part) != 3 or "\x00" in "".join(part) for part in parts):
            raise forms.ValidationError(ValueGone.message)
        return [Spot(*part) for part in parts]


class ReasonForm(forms.Form):
    """Why something is left out, and what the person is told about it."""

    use_required_attribute = False
    spots = SpotsField(required=False)
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *RedactionReason.choices],
        error_messages={"required": _("Choose the reason why this is left out.")},
    )
    text = words_field(
        _("What the person will read"),
        _("Say why, without what you leave out. The copy and the mail add by themselves how to complain."),
        _("Explain to the person why this is left out."),
    )

    @property
    def ticked(self) -> set[str]:
        """The checkboxes as they were sent."""
        return set(self["spots"].value() or ())


class TermForm(forms.Form):
    """A name, an address or a number of somebody else."""

    use_required_attribute = False
    term = forms.CharField(
        label=_("A name, address or number of somebody else"),
        max_length=Redaction._meta.get_field("term").max_length,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": TermTooShort.message},
    )

    def clean_term(self) -> str:
        """The term as it is looked for; raises ValidationError for one that stands everywhere."""
        try:
            return redacting.sought(self.cleaned_data["term"])
        except TermTooShort as error:
            raise forms.ValidationError(error.message) from error


class LeaveTermOutForm(ReasonForm):
    """Which of the places, or everywhere."""

    term = forms.CharField(widget=forms.HiddenInput, max_length=Redaction._meta.get_field("term").max_length)
    everywhere = forms.BooleanField(
        label=_("Everywhere, also in what is written until the copy is made"), required=False
    )
    field_order = ("everywhere", "reason", "text")


def is_open_to(filed: RightsRequest, user: Staff) -> bool:
    """Whether this member of staff may look at the copy before it is made: whoever decides, on somebody else's."""
    return _has_preview(filed) and _may_decide(user) and user.pk not in {filed.subject_user_id, filed.requester_id}


def panel(filed: RightsRequest, user: Staff) -> Mapping[str, Any] | None:
    """What is left out of the copy, and the way to look at it; None for other rights and where nothing is to say."""
    if filed.right not in redacting.COPIES:
        return None
    left_out, may_look = lines(filed), is_open_to(filed, user)
    return {"filed": filed, "lines": left_out, "may_look": may_look} if left_out or may_look else None


def parts(filed: RightsRequest) -> list[Part]:
    """What the copy is made of, in its order, with how many entries each has now."""
    counts = {item.slug: item.count for item in plan(subject_of(filed), Right(filed.right)).items}
    return [
        Part(holding.slug(), described(holding).title, counts[holding.slug()])
        for holding in redacting.contents(filed)
        if counts.get(holding.slug())
    ]


def holding_of(filed: RightsRequest, slug: str) -> type[Holding] | None:
    """The holding of the copy with this slug; None where it is not part of it."""
    return next((holding for holding in redacting.contents(filed) if holding.slug() == slug), None)


def entries(filed: RightsRequest, holding: type[Holding], after: str) -> EntryPage:
    """A page of entries as the copy would show them; raises ValueError for a key that is none."""
    left_out = redacting.in_force(filed.pk)
    return preview.entries(holding, subject_of(filed), left_out, after=after, most=ENTRIES_A_PAGE)


def found(filed: RightsRequest, term: str) -> list[Found]:
    """Where the term stands in the copy, holding by holding."""
    left_out, subject = redacting.in_force(filed.pk), subject_of(filed)
    result = []
    for holding in redacting.contents(filed):
        places = list(preview.places([holding], subject, left_out, term, most=ENTRIES_FOUND))
        if places:
            values = tuple((value_of(holding, place.field, place.key), place) for place in places)
            more = len({place.key for place in places}) >= ENTRIES_FOUND
            result.append(Found(described(holding).title, values, more))
    return result


def value_of(holding: type[Holding], field: str, key: str) -> str:
    """What the checkbox of a value sends."""
    return _SEPARATOR.join((holding.slug(), field, key))


def lines(filed: RightsRequest) -> list[Line]:
    """Everything that is left out of the copy of a request, in the order in which that was decided."""
    made = list(filed.redactions.all())
    people = names_of({one.made_by_id for one in made if one.made_by_id})
    titles = _titles(one.holding for one in made if one.holding)
    return [
        Line(
            one,
            titles.get(one.holding, ("", {}))[0] or one.holding,
            titles.get(one.holding, ("", {}))[1].get(one.field, one.field),
            people[one.made_by_id] if one.made_by_id in people else str(_("a former colleague")),
        )
        for one in made
    ]


def _titles(slugs: Iterable[str]) -> dict[str, tuple[str, dict[str, str]]]:
    """What each holding, and each of its fields, is called."""
    held = {slug: registry.holding_named(slug) for slug in set(slugs)}
    return {
        slug: (described(holding).title, {column.name: column.label for column in columns_of(holding)})
        for slug, holding in held.items()
        if holding is not None
    }


def _has_preview(filed: RightsRequest) -> bool:
    return filed.right in redacting.COPIES and filed.state not in CLOSED_STATES and known(filed)


def _may_decide(user: Staff) -> bool:
    return isinstance(user, PermissionsMixin) and user.has_perm(DECIDE)
