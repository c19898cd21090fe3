"""The door of the staff's site: the portal's own sign-in, nothing for others, and read-only lists without leaks."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, reverse

from privacy.models import AuditEntry, Job
from privacy.vocabulary import Right
from rights_requests.fulfilment.receipt import issue
from rights_requests.models import Download, Receipt, State
from tests.factories import make_package, make_request, make_staff, make_user
from tests.rights_requests.browsing import said, without_csrf
from tests.rights_requests.desk import act_url, browser, make_colleague, make_erasure, workspace_url

pytestmark = pytest.mark.django_db

PAGES = ["admin:index", "admin:rights_requests_rightsrequest_changelist", "admin:privacy_auditentry_changelist"]


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_asked_to_sign_in_at_the_portals_own_page(page: str) -> None:
    answer = Client().get(reverse(page), follow=True)
    assert answer.redirect_chain[-1][0] == f"{reverse('account_login')}?next={reverse(page)}"


@pytest.mark.parametrize("page", [*PAGES, "admin:login", "admin:jsi18n"])
def test_for_a_customer_there_is_no_such_page(page: str) -> None:
    client = browser(make_user())
    answer = client.get(reverse(page))
    assert answer.status_code == 404
    assert client.get("/admin/no/such/page/").status_code == 404


def test_a_customer_learns_nothing_about_which_requests_exist() -> None:
    client = browser(make_user())
    request = make_request(make_user())
    known = client.get(workspace_url(request))
    unknown = client.get(workspace_url(request).replace(str(request.pk), "6f9619ff-8b86-d011-b42d-00c04fc964ff"))
    assert known.status_code == unknown.status_code == 404
    assert without_csrf(known) == without_csrf(unknown)


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_back_to_this_site_only(wanted: str) -> None:
    answer = Client().get(reverse("admin:login"), {"next": wanted})
    assert answer["Location"] == f"{reverse('account_login')}?next={reverse('admin:index')}"
    answer = browser(make_colleague()).get(reverse("admin:login"), {"next": wanted})
    assert answer["Location"] == reverse("admin:index")


def test_staff_change_their_password_where_everybody_does() -> None:
    answer = browser(make_colleague()).get(reverse("admin:password_change"))
    assert answer["Location"] == reverse("account_change_password")


def test_only_screens_that_the_project_wrote_are_there() -> None:
    foreign = {
        model._meta.label
        for model, screen in admin.site._registry.items()
        if type(screen).__module__.partition(".")[0]
        not in {"privacy", "accounts", "consent", "rights_requests", "visitors"}
    }
    assert foreign == set()
    with pytest.raises(NoReverseMatch):
        reverse("admin:post_office_email_changelist")


def test_every_list_and_every_row_opens_for_an_administrator() -> None:
    desk = browser(make_staff(superuser=True))
    request = make_request(make_user(), state=State.COMPLETED)
    make_package(request)
    Job.objects.create(kind=Right.ACCESS, about=request.pk)
    desk.get(workspace_url(request))
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        answer = desk.get(reverse(f"{name}_changelist"))
        assert answer.status_code == 200, name
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        row = model._default_manager.first()
        if row is not None:
            assert desk.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200, name


def test_an_act_that_is_refused_shows_the_workspace_on_record() -> None:
    desk, request = browser(make_colleague()), make_erasure()
    assert desk.post(act_url(request, "refuse"), {}).status_code == 409
    assert AuditEntry.objects.get(event="request.viewed").subject_digest == request.subject_digest


def test_the_audit_in_the_admin_is_read_only_and_names_no_person() -> None:
    person = make_user(email="amelie@shop.example")
    desk = browser(make_staff(superuser=True))
    desk.get(workspace_url(make_erasure(person)))
    entry = AuditEntry.objects.get(event="request.viewed")
    page = reverse("admin:privacy_auditentry_change", args=[entry.pk])
    for address in (reverse("admin:privacy_auditentry_changelist"), page):
        assert "amelie@shop.example" not in said(desk.get(address))
        assert str(person.pk) not in said(desk.get(address))
    assert desk.post(page, {"event": "request.approved"}).status_code == 403
    assert AuditEntry.objects.get(pk=entry.pk).event == "request.viewed"
    assert "audit entries" in said(desk.get(reverse("admin:index"))).lower()


def test_packages_are_listed_without_their_content() -> None:
    package = make_package(make_request(make_user()), manifest={"holdings": "secret words"})
    text = said(
        browser(make_staff(superuser=True)).get(reverse("admin:rights_requests_package_change", args=[package.pk]))
    )
    assert package.sha256 in text
    assert "secret words" not in text
    assert package.file_name not in text


def test_a_look_at_what_an_answer_left_is_on_the_record_of_the_person() -> None:
    person = make_user()
    package = make_package(make_request(person, state=State.COMPLETED))
    download = Download.objects.create(package=package, user=person, nonce="n")
    desk = browser(make_staff(superuser=True))
    for name, row in (("package", package), ("download", download)):
        assert desk.get(reverse(f"admin:rights_requests_{name}_change", args=[row.pk])).status_code == 200
        looked = AuditEntry.objects.get(event=f"{name}.viewed")
        assert looked.subject_digest == package.request.subject_digest


@pytest.mark.parametrize("altered", [False, True])
def test_the_page_of_a_receipt_says_whether_it_is_as_it_was_signed(altered: bool) -> None:
    filed = make_erasure(state=State.COMPLETED)
    receipt = issue(filed, {}, {}, "2027-01-07T12:00:00+00:00")
    if altered:
        Receipt.objects.update(content={**receipt.content, "reference": "OC-2222-2222"})
    page = said(
        browser(make_staff(superuser=True)).get(reverse("admin:rights_requests_receipt_change", args=[filed.pk]))
    )
    assert ("No: its content or its signature was altered" in page) is altered
    assert "As it was signed" in page
