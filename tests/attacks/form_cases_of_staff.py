"""Honest answers to the forms of staff: the acts of the desk, and the lists that staff keep."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone

from rights_requests.desk.bulk import NOBODY, as_seen
from rights_requests.models import Recipient, RightsRequest
from tests.attacks.form_cases import Answers, Case, Given, at
from tests.attacks.form_stage import Stage
from tests.attacks.roles import AGENT, OFFICER

CHIEF = "superuser"


def of_the_desk(stage: Stage) -> Iterator[Case]:
    """What staff do with a request."""
    yield act(stage.asked, "refuse", {"reason": "excessive", "text": "Twice."})
    yield act(stage.asked, "take", {})
    yield act(stage.asked, "approve", {"plan_hash": ""})
    yield act(stage.asked, "doubt", {"text": "A new address.", "despite": "Another hand."})
    yield act(stage.asked, "ask", {"reason": "clarification", "text": "Which shop?"})
    yield act(stage.asked, "extend", {"reason": "complexity", "text": "Many shops."})
    yield act(stage.asked, "write", {"text": "We are at it."})
    yield act(stage.asked, "remark", {"text": "Called."})
    yield act(stage.asked, "tick", {"step": "plan"})
    yield act(stage.asked, "withdrawn", {"text": "She rang: never mind."})
    yield act(stage.asked, "propose-fee", {"reason": "excessive", "euros": "12.50", "text": "It is the third copy."})
    yield act(stage.questioned, "answered", {"text": "By telephone: in Lyon."})
    part = {"holding": "accounts-profile", "reason": "rights_of_others", "text": "It names others."}
    yield act(stage.asked, "leave-out", part)
    yield from _of_a_copy(stage)
    yield act(stage.again, "link-duplicate", {"reference": stage.asked.reference, "known_how": "She signed both."})
    yield act(stage.restricted, "announce-end", {"text": "It is settled."})
    yield act(stage.appealed, "uphold", {"text": "It is a third time."})
    part = {"holding": "visitors-contactmessage", "text": "The court has not decided."}
    yield act(stage.part_appealed, "uphold-part", part)
    yield act(stage.checked, "accept-check", {"check_id": str(stage.checked.identity_checks.get().pk)})
    corrected = stage.corrected
    yield act(corrected, "decide-proposals", {f"answer_{corrected.proposals.get().pk}": "accepted"})
    yield act(corrected, "note-correction", {"key": stage.profile_key(stage.things.user, "position"), "new": "Lead"})
    another = stage.corrected
    yield act(another, "accept-all", {"shown": str(another.proposals.get().pk)})
    yield from _from_outside(stage)


def _from_outside(stage: Stage) -> Iterator[Case]:
    """What a recipient answered, and a letter."""
    notice = stage.told.notices.get()
    yield act(stage.told, "recipient", {"notice": str(notice.pk), "far": "completed", "words": "Called."})
    letter = {"channel": "letter", "received_on": timezone.localdate().isoformat(), "right": "access"}
    said = {"role": "self", "email": "carl@example.org", "message": "I want to see it all.", "country": "FR"}
    yield Case("take in", AGENT, at("admin:rights_requests_rightsrequest_intake"), {**letter, **said})


def of_the_queue(stage: Stage) -> Iterator[Case]:
    """What staff do with many requests, and how they keep a view of the queue."""
    queue = at("admin:rights_requests_rightsrequest_changelist")
    (one,) = as_seen([RightsRequest.objects.get(pk=stage.asked.pk)])
    chosen = {"chosen": f"{one.request_id} {one.reference} {one.seen}"}
    for name, answers in {"assign": {"to": NOBODY}, "extend": {"reason": "number", "text": "So many."}}.items():
        to = at("admin:rights_requests_rightsrequest_bulk", name=name)
        yield Case(f"many: {name}", AGENT, queue, {**chosen, **answers}, to)
    to = at("admin:rights_requests_rightsrequest_views")
    yield Case("keep a view", AGENT, queue, {"name": "Late", "query": "view=late"}, to)


def _of_a_copy(stage: Stage) -> Iterator[Case]:
    """A copy before it is made: what staff look for, and what they leave out of it."""
    preview, asked = "admin:rights_requests_rightsrequest_preview", stage.asked
    pk = asked.pk
    why = {"reason": "rights_of_others", "text": "It names others."}
    account = f"accounts-user:email:{asked.subject_user_id}"
    entries = at(f"{preview}_entries", request_id=pk, holding="accounts-user")
    yield Case("leave a value out", AGENT, entries, {"spots": account, **why})
    sought = at(f"{preview}_search", request_id=pk)
    yield Case("look for a term", AGENT, at(preview, request_id=pk), {"term": "Eve"}, sought)
    to = at(f"{preview}_leave_out", request_id=pk)
    yield Case("leave a term out", AGENT, at(preview, request_id=pk), {"term": "Eve", "everywhere": "on", **why}, to)


def of_the_admin(stage: Stage) -> Iterator[Case]:
    """What staff keep: Customers and their people, messages, recipients, wordings, access."""
    customer = {"name": "Corner", "kind": "retailer", "country": "FR", "our_role": "controller"}
    customer["language"] = "fr"
    person = {"customer": str(stage.customer.pk), "nickname": "Lou", "address": "lo@work.example", "facts": ""}
    recipient = {"name": "Post", "what_for": "letters", "country": "FR", "adapter": "manual"}
    recipient |= {"address": "Post office", "slugs": "accounts-profile", "known_by": "email"}
    carrier = Recipient.objects.get(name="Carrier").pk
    template = {"title": "Hi", "right": "", "language": "en", "text": "Hello."}
    yield Case("add a customer", AGENT, at("admin:accounts_customer_add"), customer)
    yield Case("change a customer", AGENT, change("accounts_customer", stage.customer.pk), customer)
    yield Case("enrol", AGENT, at("admin:accounts_enrolment_add"), person)
    yield Case("end enrolment", AGENT, change("accounts_enrolment", stage.enrolled.pk), {"end": "on"})
    appointed = {"customer": str(stage.customer.pk), "account": stage.account.email}
    yield Case("appoint", AGENT, at("admin:accounts_customeradministrator_add"), appointed)
    yield Case("answered", AGENT, change("visitors_contactmessage", stage.message.pk), {"answered": "on"})
    yield Case("add a wording", AGENT, at("admin:rights_requests_replytemplate_add"), template)
    yield Case("add a recipient", AGENT, at("admin:rights_requests_recipient_add"), recipient)
    yield from _of_the_registers()
    yield Case("change a recipient", AGENT, change("rights_requests_recipient", carrier), recipient)
    message = {"topic": "webinars", "subject_en": "Hi", "text_en": "Hello."}
    draft = stage.things.rows["consent.mailing"]
    yield Case("write a message", CHIEF, at("admin:consent_mailing_add"), message)
    yield Case("change a message", CHIEF, at("admin:consent_mailing_write", object_id=draft), message)
    yield Case("send a message", CHIEF, at("admin:consent_mailing_send", object_id=draft), _as_many)
    yield from _of_the_question(stage)
    yield from _of_the_watch(stage)
    yield Case("access", CHIEF, change("accounts_user", stage.account.pk), {"is_active": "on"})
    yield Case("add a team", CHIEF, at("admin:auth_group_add"), {"name": "Night shift"})


def _of_the_watch(stage: Stage) -> Iterator[Case]:
    """Why somebody looks, what the officer finds in it, and what is not to be deleted."""
    yield Case("say why", AGENT, at("admin:looking"), {"reason": "audit"})
    verdict = at("admin:reading_day", reading_id=stage.things.rows["privacy.readingday"])
    yield Case("look into it", CHIEF, verdict, {"verdict": "work"})
    until = (timezone.localdate() + timedelta(days=9)).isoformat()
    held = {"holding": "accounts-signin", "address": stage.account.email, "reason": "doubt", "until": until}
    yield Case("hold a deletion back", CHIEF, at("admin:retention_hold_back"), held)


def _of_the_registers() -> Iterator[Case]:
    """What the officer writes and asks for in the registers."""
    note = {"outcome": "not_needed", "necessity": "Few words of few people.", "based_on": "0"}
    note |= {"reviewed_on": timezone.localdate().isoformat(), "next_review_on": "2099-01-01"}
    period = {"since": "2025-01-01", "until": "2025-12-31"}
    yield Case("assess", OFFICER, at("admin:registers_assessment", processing="support"), note)
    yield Case("requests for an authority", OFFICER, at("admin:registers_requests"), period)


def _of_the_question(stage: Stage) -> Iterator[Case]:
    """What staff keep of the question about cookies, and publishing it."""
    rows, languages = stage.things.rows, ("en", "fr", "ar")
    said = {f"{name}_{code}": "Hello." for code in languages for name in ("title", "description", "without", "data")}
    tracked = {f"{name}_{code}": "Hello." for code in languages for name in ("what_for", "set_when", "lasts")}
    tracker = {"name": "_more_", "purpose": rows["consent.purpose"], "matching": "prefix", "kind": "cookie"}
    party = {"name": "Carrier", "kind": "processor", "address": "Lyon", "email": "c@carrier.example", "country": "FR"}
    yield Case("change a purpose", CHIEF, change("consent_purpose", rows["consent.purpose"]), said)
    yield Case("add a party", CHIEF, at("admin:consent_party_add"), party)
    tracker |= {"party": rows["consent.party"], **tracked}
    yield Case("add a tracker", CHIEF, at("admin:consent_tracker_add"), tracker)
    reasons = {f"why_{code}": "A new one." for code in languages}
    yield Case("publish the question", CHIEF, at("admin:consent_noticeversion_publish"), {"material": "on", **reasons})


def _as_many(page: str) -> Given:
    """The number of people that the page names."""
    return {"people": re.findall(r"<strong>(\d+)</strong>", page)[-1]}


def change(model: str, pk: Any) -> str:
    """The address of a row's page in the admin."""
    return at(f"admin:{model}_change", object_id=pk)


def act(request: RightsRequest, name: str, answers: Answers) -> Case:
    """One act, sent from the workspace of a request."""
    to = at("admin:rights_requests_rightsrequest_act", request_id=request.pk, name=name)
    return Case(f"act: {name}", AGENT, change("rights_requests_rightsrequest", request.pk), answers, to)
