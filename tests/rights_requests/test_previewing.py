"""A copy before it is made, as staff look at it: who may, what they see, and that every look is on record."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from privacy.models import AuditEntry
from privacy.vocabulary import Right
from rights_requests.models import Redaction, RightsRequest
from rights_requests.services import deciding
from tests.factories import PASSWORD, make_message, make_staff, make_user
from tests.holdings import FACTORIES
from tests.rights_requests.browsing import browser_of, said
from tests.rights_requests.desk import VIEW, act_url, browser, make_colleague, workspace_url
from tests.rights_requests.scenario import filed, staff_actor

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P5.1")]

WHY = {"reason": "rights_of_others", "text": "It would show who complained."}
MESSAGES = "visitors-contactmessage"


@pytest.fixture
def user() -> User:
    return make_user()


def url(request: RightsRequest, page: str = "", *more: str) -> str:
    name = f"admin:rights_requests_rightsrequest_preview{page}"
    return reverse(name, args=[request.pk, *more])


def entries_url(request: RightsRequest, slug: str = MESSAGES) -> str:
    return url(request, "_entries", slug)


def test_only_whoever_decides_on_somebody_elses_copy_that_is_not_made_yet(user: User) -> None:
    request = filed(user)
    assert browser(make_staff(perms=[VIEW])).get(url(request)).status_code == 403
    colleague = make_colleague()
    desk = browser(colleague)
    assert desk.get(url(filed(colleague))).status_code == 403
    assert desk.get(url(filed(user, Right.RESTRICTION))).status_code == 404
    assert desk.get(entries_url(request, "nothing-such")).status_code == 404
    assert desk.get(entries_url(request), {"after": "no key"}).status_code == 404
    assert desk.get(url(request)).status_code == 200
    RightsRequest.objects.filter(pk=request.pk).update(state="withdrawn")
    assert desk.get(url(request)).status_code == 404


def test_whoever_did_not_just_sign_in_is_asked_again_who_they_are(user: User) -> None:
    stale = browser_of(make_colleague(), signed_in_ago=600)
    answer = stale.get(url(filed(user)))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert not AuditEntry.objects.filter(event="copy.viewed").exists()


def test_what_was_ticked_is_left_out_after_the_password_that_was_asked_for(user: User) -> None:
    colleague, message = make_colleague(), make_message(user.email, text="Eve called.")
    stale, address = browser_of(colleague, signed_in_ago=600), entries_url(filed(user))
    answer = stale.post(address, {"spots": f"{MESSAGES}:text:{message.pk}", "after": "", **WHY})
    assert not Redaction.objects.exists()
    stale.post(answer["Location"], {"password": PASSWORD})
    assert Redaction.objects.get().made_by_id == colleague.pk


def test_each_look_is_on_record_and_the_person_sees_it(user: User) -> None:
    make_message(user.email, text="When?")
    request, desk = filed(user), browser(make_colleague())
    desk.get(url(request))
    desk.get(entries_url(request))
    desk.post(url(request, "_search"), {"term": "When?"})
    looks = AuditEntry.objects.filter(event="copy.viewed").order_by("seq")
    why = {"why": "requests"}
    assert [look.data for look in looks] == [
        {"count": 0, **why},
        {"count": 1, "holding": MESSAGES, **why},
        {"count": 1, **why},
    ]
    assert {look.subject_digest for look in looks} == {request.subject_digest}
    assert "To look through your copy before you get it" in said(browser_of(user).get("/privacy/mine/looks/"))


def test_entries_come_page_by_page_as_the_person_will_read_them(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rights_requests.desk.previewing.ENTRIES_A_PAGE", 2)
    texts = {f"Question {number}?" for number in range(5)}
    for text in texts:
        make_message(user.email, text=text)
    make_message(text="Somebody else’s.")
    desk, address, seen = browser(make_colleague()), entries_url(filed(user)), []
    while address:
        page = desk.get(address)
        seen += [cell.text for entry in page.context["page"].entries for cell in entry.cells if cell.field == "text"]
        after = page.context["page"].next
        address = f"{page.request['PATH_INFO']}?after={after}" if after else ""
    assert (sorted(seen), len(seen)) == (sorted(texts), 5)


def test_a_key_that_opens_something_is_shown_as_its_hash_alone(user: User) -> None:
    (session,) = FACTORIES["accounts.session"](user, "canary")
    page = browser(make_colleague()).get(entries_url(filed(user), "accounts-session"))
    assert page.status_code == 200
    assert str(session.pk) not in page.content.decode()
    spot = f"accounts-session:{page.context['page'].entries[0].cells[0].field}:{page.context['page'].entries[0].key}"
    assert len(spot.rsplit(":", 1)[1]) == 64


def test_for_portability_only_what_the_person_gave_is_there(user: User) -> None:
    page = said(browser(make_colleague()).get(url(filed(user, Right.PORTABILITY))))
    assert "Your account" in page
    assert "The steps of your requests" not in page


def test_what_is_ticked_is_left_out_shown_so_and_put_back(user: User) -> None:
    message = make_message(user.email, text="Eve called.")
    request, desk = filed(user), browser(make_colleague())
    tick = {"spots": f"{MESSAGES}:text:{message.pk}"}
    wrong = desk.post(entries_url(request), {**tick, "reason": "", "text": "x"})
    assert wrong.status_code == 409
    assert " checked>" in wrong.content.decode()
    done = said(desk.post(entries_url(request), {**tick, **WHY}, follow=True))
    assert "1 value is left out of the copy." in done
    assert "[left out: the rights of another person" in done
    assert "Eve called." not in done
    work = said(desk.get(workspace_url(request)))
    assert "It would show who complained." in work
    made = Redaction.objects.get()
    again = said(desk.post(url(request, "_put_back"), {"redaction": str(made.pk)}, follow=True))
    assert "It stands in the copy again." in again
    assert not Redaction.objects.exists()


def searched(desk: Client, request: RightsRequest, term: str) -> HttpResponse:
    return desk.post(url(request, "_search"), {"term": term})  # type: ignore[return-value]


def test_every_place_of_a_term_is_shown_and_left_out_where_it_is_ticked(user: User) -> None:
    first = make_message(user.email, name="Ann", text="It was EVE  MALLORY who called.")
    make_message(user.email, text="Eve Mallory is my cat.")
    request, desk = filed(user), browser(make_colleague())
    page: Any = searched(desk, request, "eve mallory")
    assert "<mark>EVE  MALLORY</mark> who called." in page.content.decode()
    assert page.context["shown"] == 2
    answers = {"term": "eve mallory", "spots": f"{MESSAGES}:text:{first.pk}", **WHY}
    assert desk.post(url(request, "_leave_out"), answers).status_code == 302
    page = searched(desk, request, "eve mallory")
    assert said(page).count("Left out already.") == 1
    assert desk.post(url(request, "_leave_out"), {**answers, "spots": [], "everywhere": "on"}).status_code == 302
    assert said(searched(desk, request, "eve mallory")).count("Left out already.") == 2
    assert "Enter at least two letters or digits" in said(searched(desk, request, "-"))


def test_the_approval_says_what_was_seen_to_be_left_out(user: User) -> None:
    message = make_message(user.email, text="Eve called.")
    request, desk = filed(user), browser(make_colleague())
    page = desk.get(workspace_url(request)).content.decode()
    seen = page.split('name="left_out" value="')[1].partition('"')[0]
    tick = {"spots": f"{MESSAGES}:text:{message.pk}", **WHY}
    browser(make_colleague()).post(entries_url(request), tick)
    answer = desk.post(act_url(request, "approve"), {"left_out": seen})
    assert answer.status_code == 409
    assert "What is left out of the copy was changed in the meantime." in said(answer)
    deciding.approve(request_id=request.pk, actor=staff_actor())
    late = said(desk.get(entries_url(request)))
    assert "Nothing can be left out or put back at this point" in late
