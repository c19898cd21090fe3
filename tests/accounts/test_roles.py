"""The roles of our staff as data: given by a command, told in words, and each held to what it is there for."""

from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts import role_words, roles, syncing_roles
from privacy.actors import SYSTEM, Actor
from privacy.data_map.subject import subject_of_user
from privacy.models import AuditEntry
from rights_requests.errors import NotAllowed
from rights_requests.models import Evidence, State
from rights_requests.services import deciding, evidence
from rights_requests.vocabulary import EvidenceKind
from tests.factories import make_staff, make_user
from tests.rights_requests.browsing import said
from tests.rights_requests.desk import browser, make_erasure, workspace_url

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P4.1")]
ROOT = Path(__file__).parents[2]
DECIDE = "rights_requests.change_rightsrequest"


def of(role: str, **extra: str) -> Actor:
    return Actor.staff(make_staff(perms=existing(role), **extra).pk)


def existing(role: str) -> list[str]:
    known = {
        f"{one.content_type.app_label}.{one.codename}" for one in Permission.objects.select_related("content_type")
    }
    return [name for name in roles.PERMISSIONS[role] if name in known]


def synced(*given: str) -> str:
    out = StringIO()
    call_command("sync_roles", *given, stdout=out)
    return out.getvalue()


def test_the_command_gives_what_the_table_says_and_then_nothing_more() -> None:
    assert "Auditors" in synced()
    for name in roles.PERMISSIONS:
        has = Group.objects.get(name=name).permissions.count()
        assert has == len(existing(name)) > 0
    entries = AuditEntry.objects.filter(event="role.synced").count()
    assert synced() == ""
    assert AuditEntry.objects.filter(event="role.synced").count() == entries == len(roles.PERMISSIONS)


def test_a_team_that_was_changed_by_hand_is_told_and_put_right() -> None:
    syncing_roles.sync(actor=SYSTEM)
    team = Group.objects.get(name=roles.AUDITORS)
    team.permissions.add(Permission.objects.get(codename="change_rightsrequest"))
    team.permissions.remove(Permission.objects.get(codename="see_evidence"))
    [found] = syncing_roles.drift()
    assert (found.more, found.less) == ((DECIDE,), ("rights_requests.see_evidence",))
    page = said(browser(make_staff(superuser=True)).get(reverse("admin:roles")))
    assert f"Auditors has besides: {DECIDE} lacks: rights_requests.see_evidence" in page
    with pytest.raises(CommandError, match="run manage"):
        synced("--check")
    assert synced() == f"Auditors: +rights_requests.see_evidence -{DECIDE}\n"
    synced("--check")


def test_accounts_stay_in_their_teams() -> None:
    syncing_roles.sync(actor=SYSTEM)
    clerk = make_staff(groups=[roles.SUPPORT])
    Group.objects.get(name=roles.SUPPORT).permissions.clear()
    syncing_roles.sync(actor=SYSTEM)
    assert clerk.groups.get().name == roles.SUPPORT
    assert syncing_roles.members() == {roles.SUPPORT: 1}


def test_every_role_has_its_words_and_the_page_of_the_docs_says_them() -> None:
    assert set(roles.MAY) == set(roles.PERMISSIONS)
    told = (ROOT / "docs/reference/roles.md").read_text(encoding="utf-8")
    assert told == role_words.as_markdown(), "manage.py sync_roles --words > docs/reference/roles.md"


def test_no_permission_of_the_table_is_misspelt() -> None:
    every = {
        f"{one.content_type.app_label}.{one.codename}" for one in Permission.objects.select_related("content_type")
    }
    assert {name for given in roles.PERMISSIONS.values() for name in given} <= every


def test_an_auditor_has_what_the_others_see_and_nothing_that_changes_anything() -> None:
    has = set(roles.PERMISSIONS[roles.AUDITORS])
    others = {name for given in roles.PERMISSIONS.values() for name in given}
    assert {name for name in others if ".view_" in name} <= has
    assert {name for name in has if ".view_" not in name} == set(roles.EVIDENCE)


@pytest.mark.parametrize("role", list(roles.PERMISSIONS))
def test_only_seniors_and_officers_approve_an_erasure(role: str) -> None:
    request = make_erasure(state=State.PREPARED, prepared_by=make_staff())
    may = role in {roles.SENIORS, roles.OFFICERS}
    actor = of(role)
    if may:
        deciding.approve(request_id=request.pk, actor=actor, plan_hash=request.plan_hash)
    else:
        with pytest.raises(NotAllowed):
            deciding.approve(request_id=request.pk, actor=actor, plan_hash=request.plan_hash)
    request.refresh_from_db()
    assert (request.state == State.APPROVED) == may


def test_an_agent_is_told_who_approves() -> None:
    request = make_erasure(state=State.PREPARED, prepared_by=make_staff())
    agent = browser(make_staff(perms=existing(roles.AGENTS)))
    page = said(agent.get(workspace_url(request)))
    assert "A senior colleague or the data protection officer approves it." in page
    assert "Approve the erasure" not in page


def test_support_sees_the_request_and_opens_no_file_of_it() -> None:
    request = make_erasure(person := make_user())
    kept = Evidence.objects.create(
        request=request, kind=EvidenceKind.ATTACHMENT, file_name="x", wrapped_key=b"k", media_type="image/jpeg",
        size=1, sha256="0" * 64, uploaded_by="x", expires_at=request.due_at,
    )  # fmt: skip
    address = reverse("admin:rights_requests_rightsrequest_file", args=[request.pk, kept.pk])
    support = browser(make_staff(perms=existing(roles.SUPPORT)))
    page = support.get(workspace_url(request))
    assert page.status_code == 200
    assert address not in page.content.decode()
    assert support.get(address).status_code == 403
    with pytest.raises(NotAllowed):
        evidence.show(evidence_id=kept.pk, actor=of(roles.SUPPORT))
    looked = AuditEntry.objects.filter(event="evidence.viewed", subject_digest=subject_of_user(person.pk).digest)
    assert not looked.exists()
    assert address in browser(make_staff(perms=existing(roles.AUDITORS))).get(workspace_url(request)).content.decode()


def test_the_page_of_roles_is_for_whoever_may_see_teams() -> None:
    assert browser(make_staff(perms=existing(roles.AGENTS))).get(reverse("admin:roles")).status_code == 403
    page = said(browser(make_staff(perms=existing(roles.OFFICERS))).get(reverse("admin:roles")))
    assert "See all that the other teams see, and change nothing." in page
