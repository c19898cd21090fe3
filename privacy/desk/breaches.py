"""Breaches at the desk: the forms and acts, the clock in words, and the notification to the authority."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.utils.translation import get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from privacy import breaches, groups
from privacy.actors import Actor
from privacy.case_words import Nature, NoticeState, Risk
from privacy.data_map.people import counted
from privacy.data_map.registry import registry
from privacy.desk.acts import Act, CaseForm, Fact, Pill, Stands, WordsForm
from privacy.desk.choosing import CHOOSE, HoldingsField, line_field, moment_field, words_field
from privacy.enumerating import in_a_row
from privacy.inert import inert
from privacy.models import Breach
from privacy.package.words import moment_teller
from privacy.staff import name_of

SOON_HOURS = 24
LETTER = ("what", "consequences", "measures")


class KnownForm(CaseForm):
    """What is known of a breach so far."""

    natures = forms.MultipleChoiceField(
        label=gettext_lazy("Nature"),
        choices=Nature.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one.")},
    )
    nature_text = words_field(gettext_lazy("What happened, in words"), longest=4000)
    slugs = HoldingsField(
        label=gettext_lazy("Data concerned"),
        help_text=gettext_lazy("People and records of these are counted when you press the button."),
        error_messages={"required": gettext_lazy("Choose the data that is concerned.")},
    )
    group = forms.ChoiceField(
        label=gettext_lazy("Only of one Customer"),
        required=False,
        help_text=gettext_lazy("Else it is about everybody."),
    )
    happened_from = moment_field(gettext_lazy("It began"), required=False)
    happened_until = moment_field(gettext_lazy("It ended"), required=False)
    consequences = words_field(gettext_lazy("What may follow from it"), longest=4000, required=False)
    measures = words_field(gettext_lazy("What we did and will do"), longest=4000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slugs"].offer(one for one in registry.holdings.values() if any(one.exported()))  # type: ignore[attr-defined]
        self.fields["group"].choices = [("", "–"), *groups.choices("customer")]  # type: ignore[attr-defined]
        if self.case is not None:
            self.initial = {name: getattr(self.case, name) for name in self.fields if hasattr(self.case, name)}

    def known(self) -> breaches.Known:
        """What was filled in, as the service takes it."""
        names = ("nature_text", "natures", "slugs", "group", "consequences", "measures")
        times = ("happened_from", "happened_until")
        return breaches.Known(**{name: self.cleaned_data[name] for name in (*names, *times)})

    def clean(self) -> dict[str, Any]:
        """It ends after it began; and hands the service what is known."""
        given: dict[str, Any] = super().clean() or {}
        began, ended = given.get("happened_from"), given.get("happened_until")
        if began and ended and ended < began:
            self.add_error("happened_until", ValidationError(_("It ends after it began: check both.")))
        return given


class OpenBreachForm(KnownForm):
    """A breach as it is put into the register."""

    field_order = ("title", "discovered_at")
    title = line_field(
        gettext_lazy("What happened, in a line"), longest=120, help_text=gettext_lazy("Without anybody’s name.")
    )
    discovered_at = moment_field(
        gettext_lazy("We became aware"), help_text=gettext_lazy("The 72 hours run from this moment.")
    )

    def open_case(self, actor: Actor) -> Breach:
        """Open the case; raises privacy.case_errors.CaseError."""
        title, discovered_at = self.cleaned_data["title"], self.cleaned_data["discovered_at"]
        return breaches.open_breach(actor=actor, title=title, discovered_at=discovered_at, known=self.known())


class DescribeForm(KnownForm):
    """What is known by now."""

    def clean(self) -> dict[str, Any]:
        """With what is known as one value, for the act."""
        given = super().clean()
        if not self.errors:
            self.cleaned_data = given
            given = {**given, "known": self.known()}
        return given


class RiskForm(CaseForm):
    """What it may mean for people, and why."""

    risk = forms.ChoiceField(
        label=gettext_lazy("What it may mean for people"),
        choices=Risk.choices,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE},
    )
    reason = words_field(gettext_lazy("Why"))


class NotifyForm(CaseForm):
    """When the authority was notified, under which number, and why it was late if it was."""

    at = moment_field(gettext_lazy("When it was notified"))
    number = line_field(gettext_lazy("Number at the authority"), longest=80, required=False)
    delay_reason = words_field(
        gettext_lazy("Why later than 72 hours"), required=False, help_text=gettext_lazy("Only if it was.")
    )
    text = words_field(gettext_lazy("What it was told"), required=False, longest=4000)


class PhaseForm(WordsForm):
    """What the authority was told later."""

    number = line_field(gettext_lazy("Number at the authority"), longest=80, required=False)


class LetterForm(CaseForm):
    """The letter to those concerned, in each language; those but English may be left out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = {
            "what": _("What happened, for the people concerned (%(language)s)"),
            "consequences": _("What may follow from it, for the people concerned (%(language)s)"),
            "measures": _("What we have done and what they can do (%(language)s)"),
        }
        for code, name in settings.LANGUAGES:
            written = self.case.texts.get(code, {})
            shown = {"rows": 3, "lang": code, "dir": "rtl" if get_language_info(code)["bidi"] else "ltr"}
            for part in LETTER:
                field = words_field(
                    said[part] % {"language": name}, required=code == settings.LANGUAGE_CODE, initial=written.get(part)
                )
                field.widget.attrs.update(shown)
                self.fields[f"{part}_{code}"] = field

    def clean(self) -> dict[str, Any]:
        """Each language whole or not at all; and the texts as one value, for the act."""
        given: dict[str, Any] = super().clean() or {}
        texts = {}
        for code, _name in settings.LANGUAGES:
            said = {part: given.get(f"{part}_{code}") or "" for part in LETTER}
            if all(said.values()):
                texts[code] = said
            elif any(said.values()) and code != settings.LANGUAGE_CODE:
                missing = next(part for part in LETTER if not said[part])
                self.add_error(f"{missing}_{code}", ValidationError(_("Write all three parts, or none.")))
        return {**given, "texts": texts}


class ReleaseForm(CaseForm):
    """That a second person knows to how many people it goes."""

    people = forms.IntegerField(
        label=gettext_lazy("To how many people does it go?"),
        help_text=gettext_lazy("Type the number that stands under the letter. A letter cannot be called back."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": "8"}),
        error_messages={
            "required": gettext_lazy("Type the number."),
            "invalid": gettext_lazy("Type the number in digits."),
        },
    )


def _open(found: Breach, _user_id: UUID) -> bool:
    return found.closed_at is None


def _unreleased(found: Breach, _user_id: UUID) -> bool:
    return found.closed_at is None and found.released_at is None


def _notify(found: Breach, actor: Actor, given: Mapping[str, Any]) -> object:
    names = ("at", "number", "delay_reason", "text")
    return breaches.notify(actor=actor, breach_id=found.pk, **{name: given[name] for name in names})


def _decide(found: Breach, actor: Actor, given: Mapping[str, Any]) -> object:
    return breaches.decide_risk(actor=actor, breach_id=found.pk, risk=Risk(given["risk"]), reason=given["reason"])


ACTS = (
    Act(
        name="risk",
        label=gettext_lazy("Decide on the risk"),
        button=gettext_lazy("Decide"),
        form=RiskForm,
        do=_decide,
        done=gettext_lazy("The risk is decided."),
        open=_open,
    ),
    Act(
        name="notify",
        label=gettext_lazy("The authority was notified"),
        button=gettext_lazy("Put it on record"),
        form=NotifyForm,
        do=_notify,
        done=gettext_lazy("It is on record that the authority was notified."),
        open=lambda found, _user_id: found.closed_at is None and found.notified_at is None,
    ),
    Act(
        name="phase",
        label=gettext_lazy("The authority was told more"),
        button=gettext_lazy("Put it on record"),
        form=PhaseForm,
        do=lambda found, actor, given: breaches.add_phase(
            actor=actor, breach_id=found.pk, text=given["text"], number=given["number"]
        ),
        done=gettext_lazy("It is on record."),
        open=lambda found, _user_id: found.closed_at is None and found.notified_at is not None,
    ),
    Act(
        name="describe",
        label=gettext_lazy("More is known"),
        button=gettext_lazy("Keep it and count again"),
        form=DescribeForm,
        do=lambda found, actor, given: breaches.describe(actor=actor, breach_id=found.pk, known=given["known"]),
        done=gettext_lazy("It is on record, and the people and records were counted again."),
        open=_open,
    ),
    Act(
        name="letter",
        label=gettext_lazy("Write the letter to the people concerned"),
        button=gettext_lazy("Keep the letter"),
        form=LetterForm,
        do=lambda found, actor, given: breaches.write_letter(actor=actor, breach_id=found.pk, texts=given["texts"]),
        done=gettext_lazy("The letter is kept. Somebody else releases it."),
        open=_unreleased,
    ),
    Act(
        name="release",
        label=gettext_lazy("Release the letter"),
        button=gettext_lazy("Send it to all of them"),
        form=ReleaseForm,
        do=lambda found, actor, given: breaches.release(actor=actor, breach_id=found.pk, people=given["people"]),
        done=gettext_lazy("The letter is being sent. This page says how far it is."),
        open=lambda found, user_id: _unreleased(found, user_id) and bool(found.texts) and found.letter_by_id != user_id,
        kind="danger",
    ),
    Act(
        name="not-tell",
        label=gettext_lazy("The people concerned are not written to"),
        button=gettext_lazy("Put the reason on record"),
        form=WordsForm,
        do=lambda found, actor, given: breaches.do_not_tell(actor=actor, breach_id=found.pk, reason=given["text"]),
        done=gettext_lazy("The reason is on record (Art. 34(3) GDPR)."),
        open=_unreleased,
    ),
    Act(
        name="note",
        label=gettext_lazy("Add a note"),
        button=gettext_lazy("Add it"),
        form=WordsForm,
        do=lambda found, actor, given: breaches.note(actor=actor, breach_id=found.pk, text=given["text"]),
        done=gettext_lazy("It is on record."),
        open=_open,
    ),
    Act(
        name="close",
        label=gettext_lazy("Close the case"),
        button=gettext_lazy("Close it"),
        form=WordsForm,
        do=lambda found, actor, given: breaches.close(actor=actor, breach_id=found.pk, text=given["text"]),
        done=gettext_lazy("The case is closed. It stays in the register."),
        open=lambda found, _user_id: found.closed_at is None and breaches.is_answered(found),
    ),
)


def clock_pill(found: Breach) -> Pill:
    """How the 72 hours stand, in words."""
    if found.notified_at is not None:
        hours = int((found.notified_at - found.discovered_at).total_seconds() // 3600)
        late = found.notified_at > breaches.due_at(found)
        said = ngettext("authority told after %(hours)d hour", "authority told after %(hours)d hours", hours)
        return Pill(said % {"hours": hours}, "late" if late else "done")
    if found.risk == Risk.NONE:
        return Pill(_("no notice needed"), "quiet")
    left = breaches.hours_left(found)
    if left < 0:
        late_by = int(-left) + 1
        return Pill(ngettext("%(hours)d hour late", "%(hours)d hours late", late_by) % {"hours": late_by}, "late")
    hours = int(left)
    said = ngettext("%(hours)d hour left", "%(hours)d hours left", hours) % {"hours": hours}
    return Pill(said, "soon" if left <= SOON_HOURS else "")


def state_pill(found: Breach) -> Pill:
    """Whether it is open, and how far the letters are."""
    if found.closed_at is not None:
        return Pill(_("closed"), "quiet")
    if found.told_at is not None:
        return Pill(_("people told"), "done")
    if found.released_at is not None:
        return Pill(_("letters are being sent"), "now")
    return Pill(_("open"))


def stands(found: Breach, user_id: UUID) -> Stands:
    """How a breach stands."""
    teller = moment_teller()
    when = [teller(moment) if moment else "?" for moment in (found.happened_from, found.happened_until)]
    facts = [
        Fact(_("We became aware"), teller(found.discovered_at)),
        Fact(_("Authority to be notified by"), teller(breaches.due_at(found))),
        Fact(_("It happened"), " – ".join(when)),
        Fact(_("Nature"), in_a_row(Nature(one).label for one in found.natures)),
        Fact(_("What happened"), inert(found.nature_text)),
        Fact(_("What may follow from it"), inert(found.consequences) or "–"),
        Fact(_("What we did and will do"), inert(found.measures) or "–"),
        Fact(_("Risk"), found.get_risk_display() if found.risk else _("not decided yet")),
        Fact(_("Why"), inert(found.risk_reason) or "–"),
        Fact(_("Authority notified"), _notified(found)),
        Fact(_("Letter written by"), name_of(found.letter_by_id) or "–"),
        Fact(_("Letter released by"), name_of(found.released_by_id) or "–"),
        Fact(_("Why the people are not written to"), inert(found.not_told_reason) or "–"),
    ]
    return Stands([clock_pill(found), state_pill(found)], facts, _next(found, user_id))


def _notified(found: Breach) -> str:
    if found.notified_at is None:
        return "–"
    delay = f"\n{inert(found.delay_reason)}" if found.delay_reason else ""
    return f"{moment_teller()(found.notified_at)} {inert(found.notified_number)}{delay}"


def _next(found: Breach, user_id: UUID) -> str:
    if found.closed_at is not None:
        return _("Nothing: the case is closed.")
    if not found.risk:
        return _("Decide what it may mean for the people concerned: the rest follows from that.")
    if found.risk != Risk.NONE and found.notified_at is None:
        return _("Notify the authority, with what is known so far. The rest can follow in phases.")
    if found.risk == Risk.HIGH and found.released_at is None and not found.not_told_reason:
        return _next_letter(found, user_id)
    if found.released_at is not None and found.told_at is None:
        return _("Nothing: the letters are being sent. Load the page again to see how far they are.")
    return _("Close the case when nothing more is to be learned.")


def _next_letter(found: Breach, user_id: UUID) -> str:
    if not found.texts:
        return _("Write to the people concerned, in words that they understand.")
    if found.letter_by_id == user_id:
        return _("You wrote the letter. Somebody else reads it and releases it.")
    return _("Read the letter in each language, then release it.")


def concerned(found: Breach) -> list[tuple[str, int, int]]:
    """By holding: what it is called, how many people, how many records."""
    named = ((registry.holding_named(slug), figures) for slug, figures in found.counts.items())
    return [(str(one.title), figures["people"], figures["records"]) for one, figures in named if one is not None]


def letters(found: Breach) -> dict[str, Any]:
    """How far the letters are: how many people there are now, and by what became of each."""
    if found.released_at is None:
        return {"people_now": counted(found.slugs, only=breaches.keys_of(found.group)).people if found.texts else 0}
    states = dict(found.people.order_by().values_list("state").annotate(count=Count("pk")))
    total = sum(states.values())
    waiting = states.get(NoticeState.WAITING, 0)
    ends = [(NoticeState(state).label, count) for state, count in sorted(states.items())]
    return {"letters_total": total, "letters_done": total - waiting, "letters_ends": ends}


def standing() -> str:
    """What the overview says of breaches: how many clocks run, and the shortest; empty where none does."""
    ticking = list(breaches.ticking())
    if not ticking:
        return ""
    said = ngettext("%(count)d clock runs", "%(count)d clocks run", len(ticking)) % {"count": len(ticking)}
    return f"{said}: {clock_pill(ticking[0]).label}"
