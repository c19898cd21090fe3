"""A new DIGEST_KEY: nobody is lost, known or erased, at no moment; killed in the middle it goes on where it was."""

from collections.abc import Callable, Sequence
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from accounts import keys as api_keys
from accounts.models import User
from consent import history, proof
from consent.choices import Consent
from consent.models import Subscription
from consent.vocabulary import State as SubscriptionState
from privacy import audit, holds, ledger, looks, restriction
from privacy.actors import SYSTEM, Actor
from privacy.data_map.held import held_parts
from privacy.data_map.reach import rows
from privacy.data_map.registry import registry
from privacy.data_map.subject import Subject, subject_of_user
from privacy.digests import key_names, keyed_digest, keyed_digests, renewed
from privacy.keys import batches, digest_rotation, registered
from privacy.ledger import reapply
from privacy.ledger.verify import verify
from privacy.models import AuditEntry, HeldDigest, LegalHold, ProcessingStop, StoppedDigest
from privacy.vocabulary import LedgerKind, Purpose, Right, StopGround
from rights_requests.models import RightsRequest
from rights_requests.services.filing import file_request
from tests.api.factories import make_key
from tests.consent.factories import make_event
from tests.customer_factories import make_administrator
from tests.factories import make_customer, make_staff, make_user
from tests.import_factories import HEADER, make_import
from tests.privacy.holding import hold
from tests.privacy.ledgers import forget_after

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P6.1")]
NEW = "the key of the next year"
LOOKED = ("request.viewed", 1)


@pytest.fixture
def exchange(settings: Any) -> Callable[[], None]:
    """Puts another key in force, as an operator does."""

    def put() -> None:
        settings.OLD_DIGEST_KEYS = [*settings.OLD_DIGEST_KEYS, settings.DIGEST_KEY]
        settings.DIGEST_KEY = f"{NEW} {len(settings.OLD_DIGEST_KEYS)}"

    return put


@pytest.fixture
def ann() -> User:
    return make_user("ann@example.org")


def gone(name: str = "gone") -> Subject:
    """Somebody who was erased; made anew each time, since a subject remembers its digests."""
    return Subject(emails=frozenset({f"{name}@example.org"}))


def stopped(
    subject: Subject | None = None,
    ground: StopGround = StopGround.MARKETING,
    purpose: Purpose | None = Purpose.PROMOTIONAL_MESSAGES,
) -> ProcessingStop:
    """Somebody of whom nothing but their objection is left."""
    person = subject or gone()
    who = {"subject_digest": person.digest, "digests": person.digests()}
    return restriction.impose(actor=SYSTEM, **who, ground=ground, purpose=purpose)


def renew(*labels: str) -> dict[str, int]:
    told: dict[str, int] = {}
    columns = [one for one in registered.digest_columns() if one.label in labels] if labels else None
    digest_rotation.renew(told.__setitem__, columns)
    return {label: count for label, count in told.items() if count}


def test_a_digest_is_put_under_the_next_key_without_knowing_whose_it_is(exchange: Callable[[], None]) -> None:
    first = keyed_digest("email", "ann@example.org")
    exchange()
    second = keyed_digest("email", "ann@example.org")
    assert (renewed(first), renewed(second), len(second)) == (second, second, 64)
    assert second.startswith(key_names()[0])
    exchange()
    assert keyed_digests("email", "Ann@Example.org ") == (renewed(first), second, first)
    assert renewed("own_correction") == "own_correction"


def test_an_objection_of_somebody_erased_counts_before_during_and_after(exchange: Callable[[], None]) -> None:
    stop = stopped()
    exchange()
    assert not restriction.allows(gone(), Purpose.PROMOTIONAL_MESSAGES)
    assert stopped().pk == stop.pk, "the same stop, not a second one under the new key"
    assert renew("privacy.StoppedDigest") == {"privacy.StoppedDigest": 1}
    assert not restriction.allows(gone(), Purpose.PROMOTIONAL_MESSAGES)
    assert renew()["privacy.ProcessingStop"] == 1
    assert not restriction.allows(gone(), Purpose.PROMOTIONAL_MESSAGES)
    assert restriction.stops_under([stop.subject_digest])[0].subject_digest == gone().digest
    assert renew() == {}, "a second time there is nothing to do"
    with pytest.raises(Exception, match="can be added but never changed"):
        StoppedDigest.objects.update(digest="0" * 64)


def test_killed_in_the_middle_it_goes_on_where_it_was(
    exchange: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["ann", "bob", "cem", "dea"]
    for name in names:
        stopped(gone(name))
    exchange()
    write = digest_rotation._write
    done: list[int] = []

    def killed(*given: Any) -> int:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(1)
        return write(*given)

    monkeypatch.setattr(batches, "BATCH", 1)
    monkeypatch.setattr(batches.in_batches, "__kwdefaults__", {"size": 1})
    monkeypatch.setattr(digest_rotation, "_write", killed)
    with pytest.raises(KeyboardInterrupt):
        renew("privacy.StoppedDigest")
    assert StoppedDigest.objects.filter(digest__startswith=key_names()[0]).count() == 2
    assert not any(restriction.allows(gone(name), Purpose.PROMOTIONAL_MESSAGES) for name in names)
    monkeypatch.setattr(digest_rotation, "_write", write)
    assert renew("privacy.StoppedDigest") == {"privacy.StoppedDigest": 2}
    assert {row.digest for row in StoppedDigest.objects.all()} == {gone(name).digest for name in names}


def test_requests_holds_keys_and_subscriptions_are_found_by_whoever_asks(
    ann: User, exchange: Callable[[], None]
) -> None:
    actor, again = Actor.subject(ann.pk, Subject(user_id=ann.pk).digest), uuid4()
    first = file_request(actor=actor, user=ann, right=Right.ACCESS, idempotency_key=again).request
    hold(ann, "accounts-profile")
    secret = f"occ_{'a' * 64}"
    key = make_key(make_customer(), secret=secret)
    reader = gone("reader")
    Subscription.objects.create(
        digest=reader.digest, topic="newsletter", state=SubscriptionState.ENDED, ended_at=timezone.now()
    )
    for moment in ("before", "after"):
        if moment == "after":
            assert renew().keys() >= {
                *("rights_requests.RightsRequest", "privacy.HeldDigest", "privacy.LegalHold"),
                *("accounts.ApiKey", "consent.Subscription"),
            }
        else:
            exchange()
        mine = subject_of_user(ann.pk)
        found = file_request(actor=actor, user=ann, right=Right.ACCESS, idempotency_key=again)
        assert (found.request.pk, found.created, found.same_key) == (first.pk, False, True)
        assert list(rows(registry.holdings["rights_requests.rightsrequest"], mine)) == [first]
        stored = RightsRequest.objects.get().subject_digest
        assert held_parts([stored]).keys() == held_parts(mine.digests()).keys() >= {"accounts-profile"}
        assert holds.extend(subject=mine) == 0, "nothing new is known by a name under another key"
        assert api_keys.by_secret(secret) == key
    assert HeldDigest.objects.exclude(shown_to=None).exclude(digest__startswith=key_names()[0]).count() == 0
    assert LegalHold.objects.get().subject_digest == subject_of_user(ann.pk).digest
    assert Subscription.objects.get().digest == gone("reader").digest


def test_a_list_of_people_bars_whoever_is_barred_at_every_moment(exchange: Callable[[], None]) -> None:
    stopped(gone("ann1"), StopGround.ACCURACY, None)
    ledger.note(kind=LedgerKind.ERASURE, request_id=uuid4(), digests=gone("ann2").digests())
    by = make_administrator()
    said = HEADER + "".join(f"Ann,ann{number}@example.org,Lyon {number}\n" for number in (1, 2, 3))
    for act in (lambda: None, exchange, lambda: renew("privacy.StoppedDigest"), renew):
        act()
        made = make_import(said, by=by)
        assert (made.new, made.refused) == (1, 2)
        made.delete()


def test_the_ledger_and_the_proofs_stay_as_they_were_written_and_count(ann: User, exchange: Callable[[], None]) -> None:
    ledger.note(kind=LedgerKind.ERASURE, request_id=uuid4(), digests=subject_of_user(ann.pk).digests())
    ledger.write_out()
    event = make_event(ann)
    before = AuditEntry.objects.count()
    exchange()
    renew()
    assert AuditEntry.objects.count() == before + 1
    assert verify().problem == ""
    assert proof.verify().ok, "the code of a row is good under the key with which it was written"
    assert ledger.asked_to_be_erased(subject_of_user(ann.pk).digests())
    assert ledger.asked_to_be_erased([keyed_digests("email", ann.email)[-1]])
    assert [line.event.pk for line in history.of(_consent_of(ann))] == [event.pk]
    forget_after(0)
    told: list[reapply.Done] = []
    reapply.reapply(told.append)
    assert [(done.kind, done.found) for done in told if done.kind == LedgerKind.ERASURE] == [("erasure", True)]
    assert not User.objects.filter(pk=ann.pk).exists()


def test_who_looked_is_still_told_and_the_command_says_how_it_stands(ann: User, exchange: Callable[[], None]) -> None:
    assert told() == "There was never another DIGEST_KEY. To begin: rotate_digest_key --make FOLDER\n"
    stopped(subject_of_user(ann.pk))
    staff = Actor.staff(make_staff().pk)
    with transaction.atomic():
        audit.record(event=LOOKED[0], actor=staff, subject_digest=subject_of_user(ann.pk).digest)
    exchange()
    assert "rows wait: run rotate_digest_key --now" in told()
    after = told("--now")
    assert "privacy.StoppedDigest: 2 under the new key, 0 under one before it\n" in after
    assert "privacy.AuditEntry: 1 under the new key" not in after
    assert "stay under a key before it until their time is over" in after
    assert [(look.event, look.count) for look in looks.looks_counted(subject_of_user(ann.pk).digests())] == [LOOKED]


@pytest.mark.parametrize(("code", "tries"), [("55P03", 3), ("40001", 3), ("40P01", 3), ("57014", 1)])
def test_a_batch_that_others_were_in_the_way_of_is_tried_again_whatever_the_server_calls_it(
    code: str, tries: int, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server says so in its own language; its code is the same in all."""
    monkeypatch.setattr(batches, "LOCK_SECONDS", 0.01)
    asked: list[int] = []

    def work(batch: Sequence[User]) -> int:
        asked.append(len(batch))
        if len(asked) < 3:
            with connection.cursor() as cursor:
                cursor.execute(f"DO $$ BEGIN RAISE 'Sperre nicht erhalten' USING ERRCODE = '{code}'; END $$")
        return len(batch)

    if tries > 1:
        assert batches.in_batches(User.objects.all(), work) == 1
    else:
        with pytest.raises(OperationalError):
            batches.in_batches(User.objects.all(), work)
    assert len(asked) == tries


def test_a_column_that_nobody_registered_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(registered._digests, "accounts.ApiKey")
    monkeypatch.delitem(registered._wrapped, "rights_requests.PackageKey")
    assert registered.unregistered() == ["accounts.ApiKey.digest", "rights_requests.PackageKey.wrapped"]


def told(*options: str) -> str:
    out = StringIO()
    call_command("rotate_digest_key", *options, stdout=out)
    return out.getvalue()


def _consent_of(user: User) -> Consent:
    class Of:
        """What of a visit `history.of` asks."""

        user_id, ref = user.pk, None

    return Of()  # type: ignore[return-value]
