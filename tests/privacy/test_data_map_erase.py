"""Erasure in batches: order, what hangs on the rows that go, and what happens at the very same moment elsewhere."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from allauth.account.models import EmailAddress
from django.apps.registry import Apps
from django.core.files.base import ContentFile
from django.db import connection, connections, models, transaction
from django.test.utils import CaptureQueriesContext, isolate_apps
from post_office.models import Attachment, Email

from accounts.models import Profile, Session, User
from privacy.data_map.declarations import Erase, Holding, masked, system
from privacy.data_map.erase import erase_all, erase_batch, erase_order
from privacy.data_map.registry import Registry, registry
from privacy.data_map.subject import Subject, subject_of_user
from privacy.models import SentMessage
from tests.factories import make_user
from tests.holdings import FACTORIES
from tests.privacy.declaring import declare
from tests.waiting import wait_until_someone_waits_for_us

SESSIONS = registry.holdings["accounts.session"]
USERS = registry.holdings["accounts.user"]


def make_sessions(user_id: UUID, count: int) -> None:
    keys = [f"{number:05}{uuid4().hex[:20]}" for number in range(count)]
    expiry = "2999-01-01T00:00:00Z"
    Session.objects.bulk_create(Session(session_key=key, user_id=user_id, expire_date=expiry) for key in keys)


@pytest.mark.django_db
def test_rows_are_deleted_in_batches_until_fewer_than_the_limit_are_left() -> None:
    subject, other = Subject(user_id=uuid4()), Subject(user_id=uuid4())
    make_sessions(subject.values("user")[0], 25)
    make_sessions(other.values("user")[0], 5)
    assert [erase_batch(SESSIONS, subject, 10) for _round in range(4)] == [10, 10, 5, 0]
    assert Session.objects.count() == 5


@pytest.mark.django_db
def test_rows_that_were_counted_go_in_one_statement() -> None:
    subject = Subject(user_id=uuid4())
    make_sessions(subject.values("user")[0], 200)
    with CaptureQueriesContext(connection) as queries:
        assert erase_batch(SESSIONS, subject, expected=200) == 200
    assert len(queries) == 1


@pytest.mark.django_db
def test_more_rows_than_were_counted_go_all_the_same() -> None:
    subject = Subject(user_id=uuid4())
    make_sessions(subject.values("user")[0], 20)
    assert erase_batch(SESSIONS, subject, 10, expected=3) == 20
    make_sessions(subject.values("user")[0], 20)
    assert [erase_batch(SESSIONS, subject, 10, expected=50) for _round in range(3)] == [10, 10, 0]


@pytest.mark.django_db
def test_an_error_takes_the_whole_batch_back() -> None:
    subject = Subject(user_id=uuid4())
    make_sessions(subject.values("user")[0], 3)
    with transaction.atomic():
        erase_batch(SESSIONS, subject)
        transaction.set_rollback(True)
    assert Session.objects.count() == 3


def test_whatever_is_found_through_another_holding_comes_before_it() -> None:
    order = [holding.slug() for holding in erase_order()]
    assert order.index("account-emailconfirmation") < order.index("account-emailaddress")
    assert order.index("post_office-attachment") < order.index("post_office-attachment_emails")
    assert order.index("post_office-attachment_emails") < order.index("post_office-email")
    assert order.index("post_office-log") < order.index("post_office-email") < order.index("account-emailaddress")
    assert order[-1] == "accounts-user"
    assert sorted(order) == sorted(holding.slug() for holding in registry.holdings.values())


@pytest.mark.django_db
def test_rows_that_came_in_between_go_with_their_parent() -> None:
    """Children were erased, then someone wrote more: the deferred keys would refuse the commit."""
    user, other = make_user(), make_user()
    EmailAddress.objects.create(user=user, email="late@example.org")
    assert erase_batch(USERS, subject_of_user(user.pk)) == 1
    connection.check_constraints()
    assert not Profile.objects.filter(user_id=user.pk).exists()
    assert set(User.objects.values_list("pk", flat=True)) == {other.pk}


@pytest.mark.django_db
def test_references_from_rows_that_stay_are_cleared() -> None:
    user = make_user()
    (mail,) = FACTORIES["post_office.email"](user, "canary")
    key = SentMessage.objects.create(about=uuid4(), template="test", email_id=mail.pk)
    erase_all(subject_of_user(user.pk))
    key.refresh_from_db()
    assert key.email_id is None
    connection.check_constraints()


@pytest.mark.django_db
def test_an_attachment_goes_with_its_message() -> None:
    user, other = make_user(), make_user()
    for person in (user, other):
        (mail,) = FACTORIES["post_office.email"](person, "canary")
        attachment = Attachment.objects.create(name="a.txt", file=ContentFile(b"", name="a.txt"))
        attachment.emails.add(Email.objects.get(pk=mail.pk))
    erase_all(subject_of_user(user.pk))
    assert Attachment.objects.count() == Attachment.emails.through.objects.count() == Email.objects.count() == 1
    connection.check_constraints()


@contextmanager
def planted_table(
    erase: Erase, rules: dict[str, Any], **fields: Any
) -> Iterator[tuple[type[models.Model], type[Holding]]]:
    with isolate_apps("privacy") as apps:
        assert isinstance(apps, Apps)
        body = {"__module__": __name__, "Meta": type("Meta", (), {"app_label": "privacy"})}
        key: dict[str, Any] = {"user_id": models.UUIDField(db_index=True)}
        model = type(models.Model)("Planted", (models.Model,), {**body, **key, **fields})
        with connection.schema_editor() as editor:
            editor.create_model(model)
        yield model, declare(Registry(apps), model, rules, erase=erase)


@pytest.mark.django_db
def test_masked_fields_are_blanked_once_and_the_row_stays() -> None:
    subject, other = Subject(user_id=uuid4()), Subject(user_id=uuid4())
    rules = {"note": masked("content", to=""), "code": masked(to="erased-{pk}"), "extra": masked(), "kind": system()}
    columns = {
        "note": models.TextField(),
        "code": models.CharField(max_length=40, unique=True),
        "extra": models.JSONField(null=True),
        "kind": models.TextField(default="k"),
    }
    with planted_table(Erase.MASK_FIELDS, rules, **columns) as (model, holding):
        rows = model._base_manager
        for number in range(5):
            rows.create(user_id=subject.user_id, note="mine", code=f"m{number}", extra={"a": 1})
        rows.create(user_id=other.user_id, note="theirs", code="theirs", extra={"a": 2})
        assert [erase_batch(holding, subject, 2) for _round in range(4)] == [2, 2, 1, 0]
        mine = list(rows.filter(user_id=subject.user_id).values_list("pk", "note", "code", "extra", "kind"))
        assert mine == [(pk, "", f"erased-{pk}", None, "k") for pk, *_rest in mine]
        assert rows.filter(user_id=other.user_id).values_list("note", "code").get() == ("theirs", "theirs")


@pytest.mark.django_db
def test_what_is_kept_is_not_touched() -> None:
    user = make_user()
    FACTORIES["privacy.auditentry"](user, "canary")
    assert erase_batch(registry.holdings["privacy.auditentry"], subject_of_user(user.pk)) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("expected", [None, 1])
@pytest.mark.parametrize(("count", "limit"), [(3, 10), (1, 10), (5, 2), (4, 2)])
def test_a_row_that_another_changes_at_that_moment_is_not_passed_over(
    count: int, limit: int, expected: int | None
) -> None:
    """The other one's update moves the row; the erasure waits for it and deletes what it left."""
    subject = Subject(user_id=uuid4())
    make_sessions(subject.values("user")[0], count)
    touched: list[int] = []

    def erase() -> None:
        try:
            while not touched or touched[-1] >= limit:
                touched.append(erase_batch(SESSIONS, subject, limit, expected=expected))
        finally:
            connections.close_all()

    eraser = threading.Thread(target=erase)
    with transaction.atomic():
        Session.objects.filter(pk=Session.objects.order_by("pk")[0].pk).update(session_data="changed")
        eraser.start()
        wait_until_someone_waits_for_us()
    eraser.join(10)
    assert sum(touched) == count
    assert not Session.objects.exists()
