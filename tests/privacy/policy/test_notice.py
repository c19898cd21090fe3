"""People are told of a new version once, in their language, unless the use of their data is stopped."""

from collections.abc import Sequence
from uuid import uuid4

import pytest
from django.conf import settings
from post_office.models import Email

from privacy import restriction
from privacy.actors import SYSTEM
from privacy.data_map.subject import Subject, subject_of_user
from privacy.jobs import engine
from privacy.models import Job, JobState, PolicySeen
from privacy.policy import notice
from privacy.policy.notice import NOTICE
from privacy.policy.register import Addressee, Audience, register
from privacy.vocabulary import PolicySeenHow, StopGround
from rights_requests.models import Recipient
from tests.factories import make_user
from tests.privacy.policy.publishing import published

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P10.1")]
WHY = {"en": "A carrier is new.", "fr": "Un transporteur est nouveau.", "ar": "ناقل جديد."}


def new_version(*, material: bool = True) -> Job:
    """A version after the first, and its job of telling people."""
    if not Recipient.objects.exists():
        published()
    Recipient.objects.create(name=f"Carrier {uuid4()}", what_for="carries mail", country="FR")
    published(WHY, material=material)
    return Job.objects.filter(kind=NOTICE).latest("created_at")


def run(job: Job) -> None:
    assert engine.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE


def told() -> dict[str, Email]:
    return {email.to[0]: email for email in Email.objects.all()}


def test_everybody_with_a_confirmed_account_is_told_once_whatever_happens_to_the_job(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(notice, "AT_ONCE", 2)
    people = [make_user().email for _number in range(5)]
    make_user(verified=False)
    make_user(is_active=False)
    job = new_version()
    run(job)
    assert sorted(told()) == sorted(people)
    # The same work once more, as after a crash that lost the markers.
    job.steps.all().delete()
    Job.objects.update(state=JobState.QUEUED, finished_at=None)
    run(job)
    assert Email.objects.count() == 5
    assert sum(step.count for step in job.steps.all()) == 0


def test_a_batch_that_failed_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notice, "AT_ONCE", 2)
    people = [make_user().email for _number in range(5)]
    write, written = notice._write, []

    def failing(one: Addressee, *rest: object) -> bool:
        written.append(one.email)
        if len(written) == 4:
            raise RuntimeError
        return write(one, *rest)

    monkeypatch.setattr(notice, "_write", failing)
    job = new_version()
    assert not engine.run(job.pk)
    assert len(told()) == 2
    Job.objects.update(not_before="2026-01-01T00:00:00Z")
    run(job)
    assert sorted(told()) == sorted(people)
    assert len(written) == 4 + 3


def test_the_message_is_in_the_language_in_which_the_person_saw_the_policy_last() -> None:
    user, other = make_user(), make_user()
    first = published()
    PolicySeen.objects.create(user=user, version=first, how=PolicySeenHow.SIGN_UP, language="ar")
    Recipient.objects.create(name="Carrier", what_for="carries mail", country="FR")
    PolicySeen.objects.create(user=user, version=published(WHY), how=PolicySeenHow.SAID_SO, language="fr")
    Recipient.objects.create(name="Other carrier", what_for="carries mail", country="FR")
    published(WHY)
    run(Job.objects.latest("created_at"))
    messages = told()
    assert WHY["fr"] in messages[user.email].message
    assert f"{settings.SITE_URL}/fr/privacy/policy/versions/3/" in messages[user.email].message
    assert WHY["en"] in messages[other.email].message
    assert f"{settings.SITE_URL}/privacy/policy/versions/3/" in messages[other.email].message
    assert "A person reads it and answers" in messages[other.email].message


def test_whose_data_may_not_be_used_for_messages_is_left_alone() -> None:
    stopped, other = make_user(), make_user()
    subject = subject_of_user(stopped.pk)
    restriction.impose(
        actor=SYSTEM, subject_digest=subject.digest, digests=subject.digests(), ground=StopGround.ACCURACY
    )
    run(new_version())
    assert list(told()) == [other.email]


def test_of_a_minor_change_only_those_are_told_who_asked_for_every_one(monkeypatch: pytest.MonkeyPatch) -> None:
    make_user()
    address = "reader@example.org"

    def readers(after: str, limit: int) -> Sequence[Addressee]:
        reader = Addressee("7", address, Subject(emails=frozenset({address})), "ar", "https://site.example/end/7/")
        return [] if after else [reader]

    monkeypatch.setitem(register.audiences, "subscribers", Audience("subscribers", readers, every_version=True))
    run(new_version(material=False))
    (message,) = Email.objects.all()
    assert message.to == [address]
    assert WHY["ar"] in message.message
    assert "https://site.example/end/7/" in message.message
    run(new_version(material=True))
    assert Email.objects.filter(to=address).count() == 2
    assert Email.objects.count() == 3
