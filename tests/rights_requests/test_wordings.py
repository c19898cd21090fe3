"""Wordings that staff start from: filled with what is known, and with nothing else."""

import pytest
from django.test import Client
from django.urls import reverse

from privacy.vocabulary import Right
from rights_requests.desk.wordings import FIELDS, filled, unknown_fields
from rights_requests.models import ReplyTemplate
from tests.factories import make_staff, make_user
from tests.rights_requests.browsing import browser_of, said
from tests.rights_requests.desk import browser, make_colleague, workspace_url
from tests.rights_requests.scenario import filed

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    return browser(make_colleague())


def test_each_right_has_a_wording_to_start_from_and_all_are_sound() -> None:
    seeded = ReplyTemplate.objects.all()
    assert {template.right for template in seeded} >= {"", *Right.values}
    assert not [template.title for template in seeded if unknown_fields(template.text)]


def test_a_wording_is_filled_in_and_only_with_known_fields() -> None:
    request = filed(make_user())
    text = "{reference} {right} {password} {0} {{due}} %s {subject_user.email}"
    said_as = filled(ReplyTemplate(text=text), request)
    assert request.reference in said_as
    assert "{password} {0}" in said_as
    assert "%s {subject_user.email}" in said_as


def test_staff_start_a_message_from_a_wording_without_a_script(desk: Client) -> None:
    request = filed(make_user())
    template = ReplyTemplate.objects.create(title="Ours", language="en", text="About {reference}: <b>hello</b>")
    other = ReplyTemplate.objects.create(title="Theirs", right=Right.ERASURE, language="en", text="No")
    page = desk.get(workspace_url(request)).content.decode()
    assert f"?wording={template.pk}#write" in page
    assert f"?wording={other.pk}#write" not in page
    chosen = desk.get(workspace_url(request), {"wording": template.pk}).content.decode()
    assert f"About {request.reference}: &lt;b&gt;hello&lt;/b&gt;</textarea>" in chosen
    for wrong in (other.pk, "x", "-1"):
        assert "No</textarea>" not in desk.get(workspace_url(request), {"wording": wrong}).content.decode()


def test_a_field_that_does_not_exist_is_refused_in_words() -> None:
    perms = [f"rights_requests.{verb}_replytemplate" for verb in ("view", "add", "change")]
    keeper = browser_of(make_staff(perms=perms))
    page = keeper.post(
        reverse("admin:rights_requests_replytemplate_add"),
        {"title": "Wrong", "right": "", "language": "en", "text": "Dear {name}"},
    )
    assert "There is no field {name}." in said(page)
    assert all(f"{{{name}}}" in said(page) for name in FIELDS)
