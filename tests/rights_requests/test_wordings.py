"""Wordings that staff start from: filled with what is known, and with nothing else."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Profile
from privacy.vocabulary import Right
from rights_requests.desk.wordings import FIELDS, filled, unknown_fields
from rights_requests.models import Message, ReplyTemplate, State
from tests.factories import make_request, make_staff, make_user
from tests.rights_requests.browsing import browser_of, said
from tests.rights_requests.desk import act_url, browser, make_colleague, workspace_url
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
    said_as = filled(ReplyTemplate(text=text, language="en"), request)
    assert request.reference in said_as.text
    assert "{password} {0}" in said_as.text
    assert "%s {subject_user.email}" in said_as.text
    assert said_as.missing == ("{password}", "{0}")


def test_what_staff_want_to_say_is_known_and_in_the_language_of_the_wording() -> None:
    person = make_user()
    Profile.objects.filter(user=person).update(name="Léa Morel")
    request = filed(person)
    text = "{name}: {due}, {authority}, {link}"
    said_as = filled(ReplyTemplate(text=text, language="fr"), request)
    assert said_as.missing == ()
    assert said_as.text.startswith("Léa Morel: ")
    assert "dans 3" in said_as.text
    assert "/requests/follow/" in said_as.text


def test_a_value_that_this_request_does_not_have_is_said_and_is_never_sent_in_braces(desk: Client) -> None:
    request = make_request(make_user(), state=State.COMPLETED)
    template = ReplyTemplate.objects.create(title="Ours", language="en", text="Dear {name}, by {due}. {gone}")
    page = desk.get(workspace_url(request), {"wording": template.pk})
    assert "There is nothing to put in place of {name}, {due}, {gone}." in said(page)
    refused = desk.post(act_url(request, "write"), {"text": "Dear {name}, hello."})
    assert refused.status_code == 409
    assert "There is nothing to put in place of {name}." in said(refused)
    assert "Dear {name}, hello." in said(refused)
    assert not Message.objects.exists()
    assert desk.post(act_url(request, "write"), {"text": "Dear Léa {1, 2}."}).status_code == 302


def test_wordings_in_the_persons_language_stand_first(desk: Client) -> None:
    request = make_request(make_user(), language="fr")
    ReplyTemplate.objects.all().delete()
    for title, language in (("A", "en"), ("B", "fr")):
        ReplyTemplate.objects.create(title=f"Wording {title}", language=language, text="x")
    page = said(desk.get(workspace_url(request)))
    assert page.index("Wording B") < page.index("In another language than the person’s") < page.index("Wording A")


def test_a_message_is_looked_at_before_it_leaves(desk: Client) -> None:
    request = make_request(make_user())
    page = desk.post(act_url(request, "write"), {"text": "Line one.\n\nLine <two>.", "preview": "1"})
    assert page.status_code == 200
    assert "As the person will read it Line one. Line <two>." in said(page)
    assert not Message.objects.exists()


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
        {"title": "Wrong", "right": "", "language": "en", "text": "Dear {nobody}"},
    )
    assert "There is no field {nobody}." in said(page)
    assert all(f"{{{name}}}" in said(page) for name in FIELDS)
