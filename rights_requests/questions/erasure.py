"""The question before an erasure: whether this plan is what is wanted, and whether we may begin at once."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy.data_map.plan import plan
from privacy.vocabulary import Right
from rights_requests.pages import plan_parts, titles
from rights_requests.people import Party
from rights_requests.questions.question import Answers, AskForm, Question, Row
from rights_requests.questions.rows import asked_row, change_row
from rights_requests.services.filing import Asked
from rights_requests.vocabulary import ErasureGround


class PlanForm(AskForm):
    """Which plan the person has seen, and whether they give up the time to change their mind."""

    plan_hash = forms.CharField(max_length=64, widget=forms.HiddenInput)
    ground = forms.ChoiceField(
        required=False,
        label=_("Is there a reason that you want to name?"),
        help_text=_("You need none. If you were under 18 when we got the data, say so: that is the shortest way."),
        choices=[("", _("No reason")), *ErasureGround.choices],
    )
    waives_cooling = forms.BooleanField(
        required=False,
        label=_("Begin as soon as it is checked. I do not need time to change my mind."),
    )

    def clean_plan_hash(self) -> str:
        """The plan as it is now; raises ValidationError when the person saw another one."""
        seen, now = str(self.cleaned_data["plan_hash"]), plan(self.party.subject, Right.ERASURE).hash
        if seen != now:
            self.data = {**self.data.dict(), "plan_hash": now} if isinstance(self.data, QueryDict) else self.data
            raise forms.ValidationError(_("This list has changed since you opened the page."), code="changed")
        return seen


def context(party: Party) -> dict[str, Any]:
    """The plan as it is now; `current` puts its hash into the form."""
    now = plan(party.subject, Right.ERASURE)
    hours = settings.ERASURE_COOLING_OFF_HOURS
    return {"plan": plan_parts(now), "current": {"plan_hash": now.hash}, "cooling_hours": hours}


def rows(answers: Answers, party: Party) -> list[Row]:
    """What goes, what stays, and when it begins."""
    parts = plan_parts(plan(party.subject, Right.ERASURE))
    again = {"action": _("Read again")}
    stays = [titles([*parts.blanked, *parts.stays]), gettext("The record of this request, without your name")]
    later = gettext("When two of our people have checked it, and not before %(hours)d hours have passed.")
    begins = gettext("As soon as two of our people have checked it.")
    if not answers["waives_cooling"]:
        begins = later % {"hours": settings.ERASURE_COOLING_OFF_HOURS}
    ground = ErasureGround(answers["ground"]).label if answers["ground"] else _("None named")
    found = [
        asked_row(Right.ERASURE),
        change_row(Right.ERASURE, _("Your reason"), ground, hidden=_("your reason")),
        change_row(Right.ERASURE, _("What goes"), titles(parts.goes), hidden=_("what goes"), **again),
        change_row(
            Right.ERASURE,
            _("What stays"),
            "\n".join(filter(None, stays)),
            hidden=_("what stays and why"),
            **again,
        ),
        change_row(Right.ERASURE, _("When we begin"), begins, hidden=_("when we begin")),
    ]
    ends = {"key": _("Your account"), "value": _("It ends. You can no longer sign in, on any device.")}
    return [*found, ends] if party.user_id else found


def asked(answers: Answers, right: Right) -> Asked:
    """An erasure of exactly the plan that was seen; who was under 18 is served first (P5.5)."""
    ground = answers["ground"]
    return Asked(
        right,
        plan_hash=answers["plan_hash"],
        waives_cooling=answers["waives_cooling"],
        ground=ground,
        minor=ground == ErasureGround.MINOR,
    )


ERASURE = Question(
    Right.ERASURE,
    PlanForm,
    "rights_requests/plan.html",
    "rights_requests/check_erasure.html",
    rows=rows,
    asked=asked,
    context=context,
    step_up=True,
)
