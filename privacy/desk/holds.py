"""Legal holds at the desk: the form that opens one, the acts on one, and how one stands."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.template.defaultfilters import date as in_words
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from privacy import groups, holds
from privacy.actors import Actor
from privacy.case_words import HoldReason, HoldScope
from privacy.data_map.held import holdable
from privacy.data_map.registry import registry
from privacy.data_map.subject import subject_of_email
from privacy.desk.acts import Act, CaseForm, Fact, Pill, Stands, WordsForm
from privacy.desk.choosing import CHOOSE, HoldingsField, day_field, line_field, words_field
from privacy.enumerating import in_a_row
from privacy.forms import AddressField
from privacy.inert import inert
from privacy.models import LegalHold
from privacy.staff import name_of, staff_with

SOON_DAYS = 14


class OpenHoldForm(CaseForm):
    """Whose data is held, which, why, and who looks at it again."""

    scope = forms.ChoiceField(
        label=gettext_lazy("Whose data"),
        choices=HoldScope.choices,
        initial=HoldScope.PERSON,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE},
    )
    address = AddressField(
        label=gettext_lazy("E-mail address of the person"),
        required=False,
        help_text=gettext_lazy("Only for one person. It is kept as a code, not as an address."),
    )
    group = forms.ChoiceField(
        label=gettext_lazy("Customer"), required=False, help_text=gettext_lazy("Only for everybody of a Customer.")
    )
    slugs = HoldingsField(
        label=gettext_lazy("What stays"),
        required=False,
        help_text=gettext_lazy(
            "Choose none to hold everything. What a thing hangs on, such as the account, stays too."
        ),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=HoldReason.choices, error_messages={"required": CHOOSE}
    )
    text = words_field(gettext_lazy("What it is about"), help_text=gettext_lazy("Read by officers only."))
    power = line_field(
        gettext_lazy("Law, order or number of the case"),
        required=False,
        help_text=gettext_lazy("Needed where the person must not be told."),
    )
    telling_forbidden = forms.BooleanField(
        label=gettext_lazy("The law forbids to tell the person"),
        required=False,
        help_text=gettext_lazy("Then they read only that the law obliges us to keep the data."),
    )
    reviewer = forms.ChoiceField(
        label=gettext_lazy("Who looks at it again"),
        help_text=gettext_lazy("Somebody else than you, who can end it."),
        error_messages={"required": CHOOSE},
    )
    review_on = day_field(gettext_lazy("When it is looked at again"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [("", "–"), *groups.choices("customer")]  # type: ignore[attr-defined]
        self.fields["slugs"].offer(holdable())  # type: ignore[attr-defined]
        others = [(str(pk), email) for pk, email in staff_with(holds.CHANGE).items() if pk != self.user_id]
        self.fields["reviewer"].choices = [("", "–"), *others]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Whoever is held is named in the field of their kind."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("scope") == HoldScope.PERSON and not given.get("address") and "address" not in self.errors:
            self.add_error("address", ValidationError(_("Enter the address of the person.")))
        if given.get("scope") == HoldScope.GROUP and not given.get("group") and "group" not in self.errors:
            self.add_error("group", ValidationError(_("Choose the Customer.")))
        return given

    def open_case(self, actor: Actor) -> LegalHold:
        """Open the hold that was filled in; raises privacy.case_errors.CaseError."""
        given = self.cleaned_data
        scope = given["scope"]
        whom = holds.Whom(
            subject_of_email(given["address"]) if scope == HoldScope.PERSON else None,
            given["group"] if scope == HoldScope.GROUP else "",
        )
        return holds.open_hold(
            actor=actor,
            whom=whom,
            slugs=given["slugs"],
            why=holds.Why(HoldReason(given["reason"]), given["text"], given["power"], given["telling_forbidden"]),
            reviewer_id=UUID(given["reviewer"]),
            review_on=given["review_on"],
        )


class ReviewForm(WordsForm):
    """Why the hold is still needed, and until when."""

    next_on = day_field(gettext_lazy("When it is looked at again"))


def _for_others(hold: LegalHold, user_id: UUID) -> bool:
    return hold.ended_at is None and hold.opened_by_id != user_id


def _review(hold: LegalHold, actor: Actor, given: Mapping[str, Any]) -> object:
    return holds.review(actor=actor, hold_id=hold.pk, next_on=given["next_on"], text=given["text"])


ACTS = (
    Act(
        name="review",
        label=gettext_lazy("It is still needed"),
        button=gettext_lazy("Keep it in force"),
        form=ReviewForm,
        do=_review,
        done=gettext_lazy("The hold stays in force until it is looked at again."),
        open=_for_others,
    ),
    Act(
        name="let-tell",
        label=gettext_lazy("The person may be told from now on"),
        button=gettext_lazy("Show it to the person"),
        form=WordsForm,
        do=lambda hold, actor, given: holds.let_tell(actor=actor, hold_id=hold.pk, text=given["text"]),
        done=gettext_lazy("The person can see the hold now."),
        open=lambda hold, user_id: _for_others(hold, user_id) and hold.telling_forbidden,
    ),
    Act(
        name="end",
        label=gettext_lazy("End the hold"),
        button=gettext_lazy("End it"),
        form=WordsForm,
        do=lambda hold, actor, given: holds.end(actor=actor, hold_id=hold.pk, text=given["text"]),
        done=gettext_lazy("The hold has ended. What an erasure had left for it is deleted now."),
        open=_for_others,
        kind="danger",
    ),
)


def pill(hold: LegalHold) -> Pill:
    """How long until it is looked at again, in words."""
    if hold.ended_at is not None:
        return Pill(_("ended"), "quiet")
    left = (hold.review_on - timezone.localdate()).days
    if left <= 0:
        return Pill(_("to be looked at"), "late")
    said = ngettext("looked at in %(days)d day", "looked at in %(days)d days", left) % {"days": left}
    return Pill(said, "soon" if left <= SOON_DAYS else "")


def whom(hold: LegalHold) -> str:
    """Whose data it is, without a name: the person stands in it as a code."""
    if hold.scope == HoldScope.GROUP:
        return _("everybody of %(customer)s") % {"customer": groups.title(hold.group)}
    code = hold.subject_digest[:12]
    return _("one person (code %(code)s)") % {"code": code} if code else str(hold.get_scope_display())


def titles(slugs: list[str]) -> str:
    """What these holdings are called; everything where there are none."""
    named = (registry.holding_named(slug) for slug in slugs)
    return in_a_row(one.title for one in named if one is not None) or _("everything")


def stands(hold: LegalHold, user_id: UUID) -> Stands:
    """How a hold stands."""
    secret = [Pill(_("the person must not know"), "urgent")] if hold.telling_forbidden else []
    facts = [
        Fact(_("Whose data"), whom(hold)),
        Fact(_("What stays"), titles(hold.slugs)),
        Fact(_("Reason"), hold.get_reason_display()),
        Fact(_("What the person reads"), hold.ground.label),
        Fact(_("What it is about"), inert(hold.text)),
        Fact(_("Law, order or number of the case"), inert(hold.power) or "–"),
        Fact(_("Opened by"), name_of(hold.opened_by_id) or "–"),
        Fact(_("Who looks at it again"), name_of(hold.reviewer_id) or "–"),
        Fact(_("When it is looked at again"), in_words(hold.review_on, "l j F Y")),
    ]
    return Stands([pill(hold), *secret], facts, _next(hold, user_id))


def _next(hold: LegalHold, user_id: UUID) -> str:
    if hold.ended_at is not None:
        return _("The hold has ended. Nothing is kept for it any more.")
    if hold.opened_by_id == user_id:
        return _("You opened this hold. Somebody else looks at it again, and ends it.")
    if hold.review_on <= timezone.localdate():
        return _("Look at it again today: keep it in force with a reason, or end it.")
    return _("It is in force. End it as soon as the reason is gone.")
