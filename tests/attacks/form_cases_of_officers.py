"""Honest answers to the forms of data protection officers: legal holds, disclosures, breaches."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from tests.attacks.form_cases import Answers, Case, Given, at
from tests.attacks.form_cases_of_staff import CHIEF, change
from tests.attacks.form_stage import Stage

MESSAGES = "visitors-contactmessage"


def of_cases(stage: Stage) -> Iterator[Case]:
    """What officers open, and each act on it; the second person is a superuser."""
    yield from _of_holds(stage)
    yield from _of_disclosures(stage)
    yield from _of_breaches(stage)


def _of_holds(stage: Stage) -> Iterator[Case]:
    other = User.objects.get(email="officer@staff.example").pk
    given: dict[str, Any] = {"scope": "person", "address": stage.message.email, "slugs": [MESSAGES], "reason": "order"}
    given |= {"text": "A claim.", "power": "12/2027", "telling_forbidden": "on", "reviewer": str(other)}
    yield Case("open a hold", CHIEF, at("admin:privacy_legalhold_add"), {**given, "review_on": _day(30)})
    hold = stage.hold.pk
    yield _act("legalhold", hold, "review", {"next_on": _day(60), "text": "Still."})
    yield _act("legalhold", hold, "let-tell", {"text": "It is public."})
    yield _act("legalhold", hold, "end", {"text": "Decided."})


def _of_disclosures(stage: Stage) -> Iterator[Case]:
    given: dict[str, Any] = {
        "to_name": "Police",
        "to_kind": "police",
        "country": "FR",
        "happened_at": "2026-01-05T10:00",
    }
    given |= {"addresses": stage.message.email, "power": "Art. 60-1", "reference": "PV 1", "why": "An inquiry."}
    given |= {"withheld_until": _day(30), "withheld_reason": "Art. 11", "slugs": [MESSAGES]}
    yield Case("record a disclosure", CHIEF, at("admin:privacy_disclosure_add"), given)
    yield _act("disclosure", stage.disclosure.pk, "longer", {"until": _day(90), "reason": "Prolonged."})
    yield _act("disclosure", stage.disclosure.pk, "tell", {"text": "It is public."})
    yield _act("disclosure", stage.disclosure.pk, "withdraw", {"text": "It did not happen."})
    yield _act("disclosure", stage.disclosure.pk, "confirm", {"text": "Checked."})


def _of_breaches(stage: Stage) -> Iterator[Case]:
    known: dict[str, Any] = {
        "natures": ["confidentiality"],
        "nature_text": "A key.",
        "slugs": [MESSAGES],
        "consequences": "Mail.",
    }
    opened = {"title": "A key", "discovered_at": "2026-01-05T10:00", **known}
    yield Case("record a breach", CHIEF, at("admin:privacy_breach_add"), opened)
    yield _act("breach", stage.breach.pk, "risk", {"risk": "high", "reason": "Letters."})
    notice = {"at": "2026-01-06T10:00", "number": "N-1", "delay_reason": "A holiday.", "text": "All."}
    yield _act("breach", stage.breach.pk, "notify", notice)
    yield _act("breach", stage.breach.pk, "describe", known)
    words = {"what_en": "A key.", "consequences_en": "Mail.", "measures_en": "Changed."}
    yield _act("breach", stage.breach.pk, "letter", words)
    yield _act("breach", stage.breach.pk, "release", _as_many)
    yield _act("breach", stage.breach.pk, "not-tell", {"text": "It was encrypted."})
    yield _act("breach", stage.breach.pk, "note", {"text": "Called."})
    yield _act("breach", stage.notified.pk, "phase", {"text": "One key.", "number": "N-2"})


def _as_many(page: str) -> Given:
    """The number of people that the page names."""
    return {"people": re.findall(r"goes to (\d+) pe", page)[-1]}


def _day(count: int) -> str:
    return (timezone.localdate() + timedelta(days=count)).isoformat()


def _act(model: str, pk: Any, name: str, answers: Answers) -> Case:
    """One act, sent from the page of a case."""
    to = at(f"admin:privacy_{model}_act", object_id=pk, name=name)
    return Case(f"{model}: {name}", CHIEF, change(f"privacy_{model}", pk), answers, to)
