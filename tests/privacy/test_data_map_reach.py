"""Reaching rows: by every declared path, each row once, and never another person's."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from post_office.models import Attachment

from privacy.data_map.reach import pk_sql, rows, select_sql
from privacy.data_map.registry import registry
from privacy.data_map.routes import BrokenPath, route
from privacy.data_map.subject import KINDS, Subject, subject_of_user
from rights_requests.models import RightsRequest
from tests.factories import make_request, make_user
from tests.holdings import FACTORIES

REQUESTS = registry.holdings["rights_requests.rightsrequest"]
ATTACHMENTS = registry.holdings["post_office.attachment"]


@pytest.mark.django_db
def test_a_row_that_several_paths_lead_to_is_reached_once() -> None:
    user = make_user()
    request = make_request(user)
    make_request(make_user())
    assert list(rows(REQUESTS, subject_of_user(user.pk))) == [request]


@pytest.mark.django_db
def test_paths_are_alternatives() -> None:
    user, agent = make_user(), make_user()
    by_agent = make_request(user, requester=agent)
    masked = make_request(user, subject_user=None, requester=None, state="refused")
    assert set(rows(REQUESTS, subject_of_user(user.pk))) == {by_agent, masked}
    assert set(rows(REQUESTS, subject_of_user(agent.pk))) == {by_agent}


@pytest.mark.django_db
def test_a_row_that_joins_lead_to_many_times_is_reached_once() -> None:
    user = make_user()
    (attachment,) = FACTORIES["post_office.attachment"](user, "canary")
    (second,) = FACTORIES["post_office.email"](user, "canary")
    Attachment.objects.get(pk=attachment.pk).emails.add(second.pk)
    assert [row.pk for row in rows(ATTACHMENTS, subject_of_user(user.pk))] == [attachment.pk]
    sql, params = pk_sql(ATTACHMENTS, subject_of_user(user.pk))
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        assert cursor.fetchall() == [(attachment.pk,)]


@pytest.mark.django_db
def test_without_an_identifier_of_the_kind_nothing_is_reached() -> None:
    make_user()
    assert not rows(registry.holdings["accounts.user"], Subject(emails=frozenset({"ann@example.org"}))).exists()


@pytest.mark.django_db
def test_a_condition_and_a_limit_narrow_what_is_reached() -> None:
    user = make_user()
    for state in ("refused", "withdrawn", "completed"):
        make_request(user, state=state)
    sql, params = select_sql(
        REQUESTS, subject_of_user(user.pk), '"state"', where='{t}."state" <> %s', where_params=("refused",), limit=5
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        assert sorted(cursor.fetchall()) == [("completed",), ("withdrawn",)]


@pytest.mark.django_db
@pytest.mark.parametrize("label", sorted(registry.holdings))
def test_no_way_to_a_subject_reads_a_whole_table(label: str) -> None:
    """With sequential scans forbidden as far as may be, none is left in the plan."""
    sql, params = pk_sql(registry.holdings[label], subject_of_user(make_user().pk))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        assert "Seq Scan" not in "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize(
    ("model", "path", "hops", "column"),
    [
        ("accounts.profile", "user", 0, "user_id"),
        ("accounts.profile", "user_id", 0, "user_id"),
        ("accounts.profile", "user__id", 0, "user_id"),
        ("accounts.profile", "pk", 0, "user_id"),
        ("accounts.profile", "user__email", 1, "email"),
        ("account.emailconfirmation", "email_address__user", 1, "user_id"),
        ("post_office.attachment", "emails__to", 2, "to"),
        ("accounts.user", "profile__phone", 1, "phone"),
    ],
)
def test_a_path_is_followed_to_its_column_with_no_join_too_many(model: str, path: str, hops: int, column: str) -> None:
    found = route(registry.holdings[model].model(), "user", path)
    assert (len(found.hops), found.column) == (hops, column)


@pytest.mark.parametrize("path", ["nothing", "user__nothing", "user__email__domain", "user__groups__name__x", ""])
def test_a_path_that_leads_nowhere_is_refused(path: str) -> None:
    with pytest.raises(BrokenPath):
        route(registry.holdings["accounts.profile"].model(), "user", path)


@pytest.mark.django_db
def test_only_confirmed_addresses_are_identifiers() -> None:
    user = make_user("ann@example.org")
    user.emailaddress_set.create(email="Second@Example.org", verified=True)
    user.emailaddress_set.create(email="victim@example.org", verified=False)
    subject = subject_of_user(user.pk)
    assert subject.emails == {"ann@example.org", "second@example.org"}
    assert subject.identifiers() >= {str(user.pk), user.pk.hex, "ann@example.org"}


@pytest.mark.parametrize("values", [{}, {"emails": frozenset()}])
def test_a_subject_without_any_identifier_cannot_be_made(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="at least one identifier"):
        Subject(**values)


def test_a_subject_survives_being_written_down() -> None:
    subject = Subject(uuid4(), frozenset({"a@x.org", "b@x.org"}), frozenset({"+33123"}), frozenset({"v-1"}))
    assert Subject.from_json(subject.as_json()) == subject
    without_account = Subject(emails=frozenset({"b@x.org", "a@x.org"}))
    assert Subject.from_json(without_account.as_json()) == without_account
    assert without_account.digest == Subject(emails=frozenset({"A@x.org"})).digest


def test_every_kind_of_identifier_has_values_and_no_other_is_known() -> None:
    subject = Subject(uuid4())
    assert [bool(subject.values(kind)) for kind in KINDS] == [True, False, False, False, False, True]
    with pytest.raises(KeyError):
        subject.values("name")


def test_a_request_is_reached_by_digest_when_the_account_is_gone() -> None:
    assert ("digest", "subject_digest") in list(REQUESTS.paths())
    assert REQUESTS.model() is RightsRequest
