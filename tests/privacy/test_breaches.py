"""Breaches: the clock of 72 hours, who is concerned, the letter by two people, and each person told once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from accounts.roles import OFFICERS, PERMISSIONS
from privacy import breaches, restriction
from privacy.actors import SYSTEM, Actor
from privacy.breach_letters import letter
from privacy.case_errors import AlreadyDone, CaseError, SecondPersonNeeded
from privacy.case_words import EntryKind, NoticeState, Risk
from privacy.data_map.erase import erase_all
from privacy.data_map.people import counted, some
from privacy.data_map.registry import registry
from privacy.data_map.subject import subject_of_user
from privacy.desk.breaches import clock_pill
from privacy.jobs import engine
from privacy.models import Breach, BreachPerson, CaseEntry, Job
from privacy.vocabulary import StopGround
from tests.factories import make_customer, make_enrolment, make_message, make_staff, make_subscription, make_user
from tests.privacy.holding import MESSAGES, officer
from visitors.models import ContactMessage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P4.1")]
PROFILE, ENROLMENT = "accounts-profile", "accounts-enrolment"
TEXTS = {"en": {"what": "A key was lost.", "consequences": "Somebody may write to you.", "measures": "We locked it."}}


@pytest.fixture
def ann() -> User:
    user = make_user("ann@example.org")
    make_message(user.email)
    make_message(user.email)
    make_message("stranger@example.org")
    return user


def known(*slugs: str, group: str = "") -> breaches.Known:
    return breaches.Known("A key was lost.", ["confidentiality"], slugs or (MESSAGES,), group)


def ago(hours: float) -> datetime:
    return timezone.now() - timedelta(hours=hours)


def opened(*slugs: str, hours: float = 1, group: str = "") -> Breach:
    return breaches.open_breach(
        actor=officer(), title="Key lost", discovered_at=ago(hours), known=known(*slugs, group=group)
    )


def notify(found: Breach, *, hours: float, delay: str = "") -> Breach:
    given = {"at": ago(hours), "number": "N-1", "delay_reason": delay, "text": "What we know."}
    return breaches.notify(actor=officer(), breach_id=found.pk, **given)  # type: ignore[arg-type]


def released(found: Breach, people: int) -> Breach:
    """Written by one, released by another, and sent."""
    breaches.write_letter(actor=officer(), breach_id=found.pk, texts=TEXTS)
    breaches.release(actor=officer(), breach_id=found.pk, people=people)
    engine.run(Job.objects.get(kind=breaches.LETTERS).pk)
    return Breach.objects.get(pk=found.pk)


def letters() -> list[str]:
    found = Email.objects.filter(subject__startswith="Important")
    return sorted(to for mail in found for to in mail.to)


def test_people_and_records_are_counted_over_the_paths_of_the_data_map_each_person_once(ann: User) -> None:
    bob = make_user("bob@example.org")
    customer = make_customer()
    make_enrolment("ann@work.example", customer=customer, user=ann)
    make_enrolment("new@work.example", customer=customer)
    found = counted([MESSAGES, PROFILE, ENROLMENT])
    assert found.by_holding == {ENROLMENT: (2, 2), PROFILE: (2, 2), MESSAGES: (2, 3)}
    # Ann by account, whichever way she is reached; Bob; the stranger; the one who has no account yet.
    assert (found.people, found.records) == (4, 7)
    people = some([MESSAGES, PROFILE, ENROLMENT], "", 10)
    assert [one.key for one in people if one.user_id is None] == ["e:new@work.example", "e:stranger@example.org"]
    assert {one.user_id for one in people} == {ann.pk, bob.pk, None}
    assert next(one.slugs for one in people if one.user_id == ann.pk) == (ENROLMENT, PROFILE, MESSAGES)
    assert some([MESSAGES], people[-1].key, 10) == []
    of_customer = opened(MESSAGES, ENROLMENT, group=f"customer:{customer.pk}")
    assert (of_customer.people_count, of_customer.counts[MESSAGES]) == (2, {"people": 1, "records": 2})


@pytest.mark.parametrize(
    ("hours", "words", "kind"),
    [(41, "30 hours left", ""), (49.5, "22 hours left", "soon"), (73.5, "2 hours late", "late")],
)
def test_the_clock_runs_from_awareness(ann: User, hours: float, words: str, kind: str) -> None:
    found = clock_pill(opened(hours=hours))
    assert (found.label, found.kind) == (words, kind)


def test_the_officers_are_written_to_when_it_is_opened_and_at_each_mark_once(ann: User) -> None:
    make_staff(perms=PERMISSIONS[OFFICERS], email="dpo@occicor.example")

    def alarms() -> list[str]:
        found = Email.objects.filter(to="dpo@occicor.example").order_by("pk")
        return [mail.subject for mail in found]

    found = opened(hours=1)
    assert alarms() == [f"Breach {found.pk}: 70 hours left"]
    assert breaches.alarm_all() == 0
    for hours in (49, 67, 73):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE privacy_breach DISABLE TRIGGER privacy_breach_holds")
            cursor.execute("UPDATE privacy_breach SET discovered_at = %s", [ago(hours)])
            cursor.execute("ALTER TABLE privacy_breach ENABLE TRIGGER privacy_breach_holds")
        assert (breaches.alarm_all(), breaches.alarm_all()) == (1, 0)
    assert alarms()[1:] == [
        f"Breach {found.pk}: 22 hours left",
        f"Breach {found.pk}: 4 hours left",
        f"Too late: breach {found.pk}",
    ]
    breaches.decide_risk(actor=officer(), breach_id=found.pk, risk=Risk.NONE, reason="It was encrypted.")
    assert not breaches.ticking().exists()


def test_a_late_notice_says_why_and_what_is_learned_later_follows_in_phases(ann: User) -> None:
    found = opened(hours=80)
    with pytest.raises(CaseError) as refused:
        notify(found, hours=1)
    assert "72 hours were over" in str(refused.value.message)
    notify(found, hours=1, delay="We learned of it on a holiday.")
    with pytest.raises(AlreadyDone):
        notify(found, hours=1, delay="Again.")
    breaches.add_phase(actor=officer(), breach_id=found.pk, text="It was one key.", number="N-2")
    breaches.describe(actor=officer(), breach_id=found.pk, known=known(MESSAGES, PROFILE))
    kinds = [EntryKind.OPENED, EntryKind.NOTIFIED, EntryKind.PHASE, EntryKind.DESCRIBED]
    entries = CaseEntry.objects.filter(breach=found)
    assert list(entries.values_list("kind", flat=True)) == kinds
    # What was said first stays readable in the register (Art. 33(5)).
    first, last = entries[0], entries[3]
    assert (first.data["slugs"], last.data["slugs"]) == ([MESSAGES], [PROFILE, MESSAGES])


def test_a_letter_is_written_by_one_and_released_by_another_who_knows_to_how_many(ann: User) -> None:
    found, writer = opened(), officer()
    with pytest.raises(CaseError):
        breaches.release(actor=writer, breach_id=found.pk, people=2)
    breaches.write_letter(actor=writer, breach_id=found.pk, texts=TEXTS)
    with pytest.raises(SecondPersonNeeded):
        breaches.release(actor=writer, breach_id=found.pk, people=2)
    with pytest.raises(CaseError) as refused:
        breaches.release(actor=officer(), breach_id=found.pk, people=9)
    assert "2 people" in str(refused.value.message)
    breaches.release(actor=officer(), breach_id=found.pk, people=2)
    for act in (
        lambda: breaches.release(actor=officer(), breach_id=found.pk, people=2),
        lambda: breaches.write_letter(actor=officer(), breach_id=found.pk, texts=TEXTS),
        lambda: breaches.do_not_tell(actor=officer(), breach_id=found.pk, reason="Encrypted."),
    ):
        with pytest.raises(AlreadyDone):
            act()


def test_each_person_reads_what_of_theirs_was_concerned_and_is_told_once(ann: User, monkeypatch: Any) -> None:
    monkeypatch.setattr("privacy.breach_letters.NAMED_AT_ONCE", 1)
    monkeypatch.setattr("privacy.breach_letters.WRITTEN_AT_ONCE", 1)
    make_enrolment("ann@work.example", user=ann)
    done = released(opened(MESSAGES, ENROLMENT), people=2)
    assert (letters(), done.told_at is not None) == (["ann@example.org", "stranger@example.org"], True)
    texts = {mail.to[0]: mail.message for mail in Email.objects.filter(subject__startswith="Important")}
    title = str(registry.holdings["accounts.enrolment"].title)
    assert (title in texts["ann@example.org"], title in texts["stranger@example.org"]) == (True, False)
    Job.objects.all().delete()
    engine.enqueue(kind=breaches.LETTERS, about=breaches.job_about(done.pk))
    engine.run(Job.objects.get(kind=breaches.LETTERS).pk)
    assert len(letters()) == 2
    assert set(BreachPerson.objects.values_list("user_id", "email")) == {(None, "")}


def test_whoever_may_not_be_written_to_or_is_gone_is_counted(ann: User) -> None:
    found = opened()
    breaches.write_letter(actor=officer(), breach_id=found.pk, texts=TEXTS)
    breaches.release(actor=officer(), breach_id=found.pk, people=2)
    person = subject_of_user(ann.pk)
    restriction.impose(actor=SYSTEM, subject_digest=person.digest, digests=person.digests(), ground=StopGround.ACCURACY)
    BreachPerson.objects.create(breach=found, digest="0" * 64, slugs=[MESSAGES])
    engine.run(Job.objects.get(kind=breaches.LETTERS).pk)
    # A restriction lets through what the law makes us say (Art. 34).
    assert letters() == ["ann@example.org", "stranger@example.org"]
    assert BreachPerson.objects.filter(state=NoticeState.UNREACHABLE).count() == 1


def test_an_erasure_blanks_the_address_and_keeps_that_they_were_told(ann: User) -> None:
    found = opened()
    person = subject_of_user(ann.pk)
    BreachPerson.objects.create(breach=found, digest=person.digest, user_id=ann.pk, email=ann.email, slugs=[MESSAGES])
    erase_all(person)
    row = BreachPerson.objects.get()
    assert (row.user_id, row.email, row.digest) == (None, "", person.digest)


def test_the_letter_is_in_the_language_of_its_reader_and_falls_back_to_ours(ann: User) -> None:
    found = opened()
    texts = {**TEXTS, "fr": {"what": "Une clé perdue.", "consequences": "Rien.", "measures": "Changée."}}
    found = breaches.write_letter(actor=officer(), breach_id=found.pk, texts=texts)
    assert "Une clé perdue." in letter(found, "fr", [MESSAGES]).text
    assert "A key was lost." in letter(found, "ar", [MESSAGES]).text


def test_whoever_has_no_account_reads_it_in_the_language_they_wrote_in_and_else_in_all_there_are(ann: User) -> None:
    ContactMessage.objects.filter(email="stranger@example.org").update(language="fr")
    make_subscription("nobody@example.org", language="")
    make_message("nobody@example.org", language="")
    french = {"what": "Une clé perdue.", "consequences": "Rien.", "measures": "Changée."}
    found = opened()
    breaches.write_letter(actor=officer(), breach_id=found.pk, texts={**TEXTS, "fr": french})
    breaches.release(actor=officer(), breach_id=found.pk, people=3)
    engine.run(Job.objects.get(kind=breaches.LETTERS).pk)
    said = {mail.to[0]: f"{mail.subject}\n{mail.message}" for mail in Email.objects.filter(message_id__isnull=False)}
    both = ("A key was lost.", "Une clé perdue.", "Hello,", "Bonjour,", "un incident a touché")
    assert [one in said["stranger@example.org"] for one in both] == [False, True, False, True, True]
    assert all(one in said["nobody@example.org"] for one in both)


def test_a_case_is_closed_when_the_law_is_answered(ann: User) -> None:
    found = opened()
    actor: Actor = officer()
    for step in (
        lambda: breaches.decide_risk(actor=actor, breach_id=found.pk, risk=Risk.HIGH, reason="Letters of claims."),
        lambda: notify(found, hours=0),
        lambda: breaches.do_not_tell(actor=actor, breach_id=found.pk, reason="Art. 34(3)(a)."),
    ):
        with pytest.raises(CaseError):
            breaches.close(actor=actor, breach_id=found.pk, text="Done.")
        step()
    breaches.close(actor=actor, breach_id=found.pk, text="Done.")
    with pytest.raises(AlreadyDone):
        breaches.note(actor=actor, breach_id=found.pk, text="More.")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("notified_at = discovered_at + interval '73 hours'", "breach_late_notice_says_why"),
        ("risk = 'high'", "breach_risk_has_a_reason"),
        ("closed_at = now()", "breach_closed_when_answered"),
        ("letter_by_id = gen_random_uuid(), released_at = now(), texts = '{\"en\": {}}'", "breach_released_whole"),
        ("told_at = now()", "breach_told_when_released"),
        ("natures = '[]'", "breach_says_what"),
        ("discovered_at = now()", "stays as it is"),
    ],
)
def test_the_database_refuses_what_must_not_be(ann: User, change: str, named: str) -> None:
    opened()
    with pytest.raises(Exception, match=named), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE privacy_breach SET {change}")
    with pytest.raises(Exception, match="open"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM privacy_caseentry")
