"""Disclosures: by two people, with the power cited, told at once or from the day on which the law allows it."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from privacy import disclosures
from privacy.actors import Actor
from privacy.case_errors import AlreadyDone, CaseError, DayPassed, NobodyKnown, SecondPersonNeeded
from privacy.case_words import NoticeState, RecipientKind
from privacy.data_map.erase import erase_all
from privacy.data_map.subject import Subject, subject_of_user
from privacy.disclosed import disclosed_to
from privacy.jobs import engine
from privacy.models import DisclosedPerson, Disclosure, Job
from privacy.package.open import plaintext
from privacy.package.seal import unwrap_key
from tests.factories import make_customer, make_enrolment, make_message, make_user
from tests.privacy.holding import MESSAGES, officer
from tests.rights_requests.browsing import browser_of, said
from tests.rights_requests.scenario import completed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P8.2"), pytest.mark.promise("P0.3")]
MINE = "/privacy/mine/disclosed/"
LAW = {"power": "Code de procédure pénale, art. 60-1", "reference": "PV 12/2027"}
SECRET = "Art. 11 of the same code: the inquiry is secret."


@pytest.fixture
def ann() -> User:
    user = make_user("ann@example.org")
    make_message(user.email)
    return user


def what(**more: Any) -> disclosures.What:
    """The messages, to an insurer in France, unless said otherwise."""
    given: dict[str, Any] = {"slugs": [MESSAGES], "to_name": "Assurance Bleue", "to_kind": RecipientKind.INSURER}
    given |= {"country": "FR", "happened_at": timezone.now() - timedelta(hours=1), "why": "A claim for water damage."}
    return disclosures.What(**given | more)


def day(count: int) -> date:
    return timezone.localdate() + timedelta(days=count)


def recorded(of: disclosures.Of, days: int = 0, actor: Actor | None = None, **more: Any) -> Disclosure:
    """Recorded by one officer; secret for so many days."""
    demanded = {"to_kind": RecipientKind.POLICE, "to_name": "Police judiciaire", **LAW} if days else {}
    secrecy = disclosures.Secrecy(day(days), SECRET) if days else None
    said_so = what(**demanded | more)
    return disclosures.record(actor=actor or officer(), what=said_so, of=of, secrecy=secrecy)


def of(user: User) -> disclosures.Of:
    return disclosures.Of((subject_of_user(user.pk),))


def confirmed(found: Disclosure) -> Disclosure:
    """Confirmed by another, and whatever follows from it done."""
    disclosures.confirm(actor=officer(), disclosure_id=found.pk)
    work()
    return Disclosure.objects.get(pk=found.pk)


def work() -> None:
    """Do what waits of the disclosures' jobs, those that come about meanwhile too."""
    for _round in range(2):
        for job in Job.objects.filter(kind__startswith="disclosure").exclude(state="done"):
            engine.run(job.pk)


def letters() -> list[str]:
    return sorted(to for mail in Email.objects.filter(subject__startswith="We gave data of yours") for to in mail.to)


def test_a_second_person_confirms_then_the_person_is_told_and_sees_it(ann: User) -> None:
    actor = officer()
    found = recorded(of(ann), actor=actor)
    with pytest.raises(SecondPersonNeeded):
        disclosures.confirm(actor=actor, disclosure_id=found.pk)
    work()
    assert (letters(), list(disclosed_to(subject_of_user(ann.pk)))) == ([], [])
    done = confirmed(found)
    with pytest.raises(AlreadyDone):
        disclosures.confirm(actor=officer(), disclosure_id=found.pk)
    assert (letters(), done.told_at is not None) == (["ann@example.org"], True)
    page = said(browser_of(ann).get(MINE))
    assert "Assurance Bleue" in page
    assert "A claim for water damage." in page
    person = DisclosedPerson.objects.get()
    assert (person.state, person.sealed) == (NoticeState.TOLD, None)
    assert [one.name for one in disclosed_to(subject_of_user(ann.pk))] == ["Assurance Bleue"]


def manifest_of(user: User) -> str:
    """What the package of an answered request for access says."""
    package = completed(user).package
    path = Path(settings.PACKAGE_DIR) / package.file_name
    content = b"".join(plaintext(path, unwrap_key(package.key.wrapped)))
    with ZipFile(BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(("json", "jsonl")))


def test_what_the_law_keeps_secret_is_in_no_answer_before_the_day_and_in_each_after(
    ann: User, tmp_path: Any, settings: Any
) -> None:
    settings.PACKAGE_DIR = tmp_path
    found = confirmed(recorded(of(ann), days=30))
    assert (found.told_at, letters()) == (None, [])
    assert "Police judiciaire" not in manifest_of(ann)
    assert "Police judiciaire" not in said(browser_of(ann).get(MINE))
    assert "disclosure" not in said(browser_of(ann).get("/privacy/mine/held/"))
    assert disclosures.tell_due() == 0
    Disclosure.objects.filter(pk=found.pk).update(withheld_until=day(0))
    assert disclosures.tell_due() == 1
    work()
    assert letters() == ["ann@example.org"]
    assert SECRET in Email.objects.get(subject__startswith="We gave").message
    assert manifest_of(ann).count("Police judiciaire") >= 2


def test_whoever_was_erased_meanwhile_is_still_told_once_it_may_be(ann: User) -> None:
    found = confirmed(recorded(of(ann), days=30))
    erase_all(subject_of_user(ann.pk))
    assert DisclosedPerson.objects.get().sealed is not None
    disclosures.end_secrecy(actor=officer(), disclosure_id=found.pk, text="The inquiry is closed.")
    work()
    assert letters() == ["ann@example.org"]
    assert DisclosedPerson.objects.get().sealed is None


def test_secrecy_is_extended_by_somebody_else_and_never_into_the_past(ann: User) -> None:
    actor = officer()
    found = confirmed(recorded(of(ann), days=3, actor=actor))
    longer = disclosures.Secrecy(day(60), "Prolonged by the judge.")
    with pytest.raises(SecondPersonNeeded):
        disclosures.extend_secrecy(actor=actor, disclosure_id=found.pk, secrecy=longer)
    with pytest.raises(DayPassed):
        disclosures.extend_secrecy(actor=officer(), disclosure_id=found.pk, secrecy=disclosures.Secrecy(day(0), "x"))
    disclosures.extend_secrecy(actor=officer(), disclosure_id=found.pk, secrecy=longer)
    assert Disclosure.objects.get().withheld_until == day(60)


def test_everybody_of_a_customer_is_named_and_told_once_whatever_dies(ann: User, monkeypatch: Any) -> None:
    monkeypatch.setattr("privacy.disclosure_jobs.AT_ONCE", 2)
    customer = make_customer()
    for number in range(5):
        make_enrolment(f"w{number}@customer.example", customer=customer)
    make_enrolment(ann.email, customer=customer, user=ann)
    found = confirmed(recorded(disclosures.Of(group=f"customer:{customer.pk}")))
    assert letters() == ["ann@example.org", *(f"w{number}@customer.example" for number in range(5))]
    Job.objects.all().delete()
    Disclosure.objects.filter(pk=found.pk)
    engine.enqueue(kind=disclosures.NOTICE, about=disclosures.job_about(found.pk))
    work()
    assert len(letters()) == 6


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({"to_kind": RecipientKind.POLICE}, "Cite the law"),
        ({"country": "US"}, "what protects the data"),
        ({"happened_at": timezone.now() + timedelta(days=2)}, "still to come"),
    ],
)
def test_what_the_law_asks_of_a_disclosure_is_asked(ann: User, more: dict[str, Any], answer: str) -> None:
    with pytest.raises(CaseError) as refused:
        recorded(of(ann), **more)
    assert answer in str(refused.value.message)
    stranger = disclosures.Of((Subject(emails=frozenset({"nobody@example.org"})),))
    with pytest.raises(NobodyKnown):
        recorded(stranger)
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("to_kind = 'court'", "stays as it is"),
        ("withheld_until = now()", "disclosure_secret_with_reason_and_day"),
        ("withheld_reason = 'a law'", "disclosure_secret_with_reason_and_day"),
        ("second_by_id = decided_by_id", "disclosure_by_two"),
        ("confirmed_at = now()", "disclosure_confirmed_by_one"),
        ("told_at = now()", "disclosure_told_when_confirmed"),
    ],
)
def test_the_database_refuses_what_must_not_be(ann: User, change: str, named: str) -> None:
    recorded(of(ann))
    with pytest.raises(Exception, match=named), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE privacy_disclosure SET {change}")


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"to_kind": "court"}, "disclosure_cites_its_power"),
        ({"country": "US"}, "disclosure_abroad_has_a_safeguard"),
        ({"slugs": []}, "disclosure_says_what"),
    ],
)
def test_the_database_asks_for_it_too(more: dict[str, Any], named: str) -> None:
    given = {"slugs": [MESSAGES], "to_name": "A", "to_kind": "insurer", "country": "FR", "why": "B."}
    with pytest.raises(IntegrityError, match=named), transaction.atomic():
        Disclosure.objects.create(**{**given, "happened_at": timezone.now(), **more})


def test_nobody_sees_what_is_anothers(ann: User, client: Client) -> None:
    confirmed(recorded(of(ann)))
    assert "Assurance Bleue" not in said(browser_of(make_user()).get(MINE))
