"""Finding one's way in the queue: views under a name, search, counts at filters, who a line names, and the keyboard."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Customer, User
from privacy.actors import Actor
from privacy.data_map.subject import Subject
from privacy.digests import keyed_digest
from privacy.vocabulary import Right
from rights_requests.contact import seal_person
from rights_requests.desk import keys, queue
from rights_requests.desk.tally import MOST, in_words
from rights_requests.models import DeskChoice, RightsRequest, SavedView, State
from rights_requests.references import begins
from rights_requests.services import saving
from rights_requests.vocabulary import Channel, RequesterRole
from tests.factories import make_enrolment, make_request, make_staff, make_user
from tests.rights_requests.browsing import said
from tests.rights_requests.desk import QUEUE, VIEW, browser, make_colleague, workspace_url

pytestmark = pytest.mark.django_db
SAVE = "admin:rights_requests_rightsrequest_views"
DELETE = "admin:rights_requests_rightsrequest_delete_view"


@pytest.fixture
def colleague() -> User:
    return make_colleague(email="colleague@occicor.example")


@pytest.fixture
def desk(colleague: User) -> Client:
    return browser(colleague)


def look(desk: Client, **parameters: str) -> str:
    return said(desk.get(reverse(QUEUE), parameters))


def without_account(address: str, **extra: object) -> RightsRequest:
    """A request of somebody who has no account, as filing keeps it."""
    subject = Subject(emails=frozenset({address} - {""})) if address else Subject(phones=frozenset({"+33 1 23"}))
    request = make_request(make_user(), **extra)
    request.subject_user, request.requester = None, None
    request.subject_digest, request.subject_sealed = subject.digest, seal_person(subject, request.pk)
    request.save()
    return request


class TestViewsUnderAName:
    def test_a_view_is_kept_with_tab_filters_and_order_and_stands_beside_the_tabs(
        self, desk: Client, colleague: User
    ) -> None:
        given = {"name": "Late copies", "query": "view=late&right__exact=access&o=7&q=ada%40example.org&p=3"}
        text = said(desk.post(reverse(SAVE), given, follow=True))
        assert "“Late copies” is kept beside the tabs." in text
        assert SavedView.objects.get(owner=colleague).query == "view=late&right__exact=access&o=7"
        page = desk.get(reverse(QUEUE), {"view": "late", "right__exact": "access", "o": "7"}).content.decode()
        assert '<a href="?view=late&amp;right__exact=access&amp;o=7" aria-current="page"><bdi>Late copies' in page

    def test_only_a_shared_one_is_seen_by_colleagues_and_only_its_owner_deletes_it(self, desk: Client) -> None:
        other = make_colleague()
        own = saving.save_view(actor=Actor.staff(other.pk), name="Only mine", query="view=late", shared=False)
        shared = saving.save_view(actor=Actor.staff(other.pk), name="For all", query="view=mine", shared=True)
        text = look(desk)
        assert "For all team" in text
        assert "Only mine" not in text
        for view in (own, shared):
            told = said(desk.post(reverse(DELETE, args=[view.pk]), follow=True))
            assert "There is no such view among yours." in told
        browser(other).post(reverse(DELETE, args=[own.pk]))
        assert set(SavedView.objects.all()) == {shared}

    def test_a_name_is_given_once_and_said_at_the_field(self, desk: Client, colleague: User) -> None:
        for _time in range(2):
            answer = desk.post(reverse(SAVE), {"name": "Copies", "query": ""})
        assert answer.status_code == 409
        assert "You have a view of this name already." in said(answer)
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedView.objects.create(owner=colleague, name="COPIES", query="")
        assert "Give the view a name." in said(desk.post(reverse(SAVE), {"name": "  "}))

    def test_whom_somebody_searched_for_cannot_be_kept(self, colleague: User) -> None:
        for query in ("q=ada", "view=late&q=ada"):
            with pytest.raises(IntegrityError), transaction.atomic():
                SavedView.objects.create(owner=colleague, name="x", query=query)

    def test_whoever_only_looks_keeps_views_but_shares_none(self) -> None:
        looker = browser(make_staff(perms=[VIEW]))
        assert looker.post(reverse(SAVE), {"name": "Mine", "query": ""}).status_code == 302
        assert looker.post(reverse(SAVE), {"name": "Ours", "query": "", "shared": "on"}).status_code == 409
        assert [view.name for view in SavedView.objects.all()] == ["Mine"]


class TestSearch:
    def test_the_beginning_of_a_reference_is_enough(self) -> None:
        assert begins("oc 7f") == "OC-7F"
        assert begins("7f3k9") == "OC-7F3K-9"
        assert begins("OC-7F3K-92QM") == "OC-7F3K-92QM"
        assert begins("oc") == "OC"

    def test_somebody_without_an_account_is_found_by_the_whole_address_open_or_done(self, desk: Client) -> None:
        wanted = without_account("lou@work.example")
        done = without_account("max@work.example", state=State.REFUSED, closed_at=timezone.now())
        assert wanted.reference in look(desk, q="Lou@work.example")
        assert done.reference in look(desk, q="max@work.example", view="mine")
        assert wanted.reference not in look(desk, q="lou@work")

    def test_a_customers_people_are_found_by_how_its_name_begins(self, desk: Client) -> None:
        enrolment = make_enrolment("lou@work.example")
        Customer.objects.filter(pk=enrolment.customer_id).update(name="Marché Bleu")
        claimed = make_enrolment("ida@work.example", customer=enrolment.customer)
        claimed.user = make_user()
        claimed.save()
        theirs, also = without_account("lou@work.example"), make_request(claimed.user)
        other = make_request(make_user())
        text = look(desk, q="marché b")
        assert theirs.reference in text
        assert also.reference in text
        assert other.reference not in text


class TestLines:
    def test_a_line_names_whose_data_it_is_or_says_why_it_cannot(self, desk: Client) -> None:
        make_request(make_user("ada@example.org"))
        without_account("lou@work.example")
        without_account("", channel=Channel.LETTER)
        child = without_account("kid@example.org", requester_role=RequesterRole.REPORTER)
        erased = make_request(make_user())
        RightsRequest.objects.filter(pk=erased.pk).update(subject_user=None)
        make_request(make_user("bea@example.org"), requester_role=RequesterRole.AGENT)
        text = look(desk)
        for expected in (
            "ada@example.org",
            "lou@work.example",
            "by letter or telephone",
            "a child, reported to us",
            "erased, no longer known",
            "bea@example.org asked for by somebody else",
        ):
            assert expected in text, expected
        assert child.reference in text
        assert "kid@example.org" not in text

    def test_age_and_the_sign_of_a_clock_that_stands(self, desk: Client) -> None:
        now = timezone.now()
        waiting = make_request(make_user(), state=State.WAITING, received_at=now - timedelta(days=9), paused_at=now)
        assert queue.age(waiting) == "9 days"
        assert queue.due(waiting).kind == "paused"
        assert "pill-paused" in desk.get(reverse(QUEUE)).content.decode()
        waiting.closed_at = now - timedelta(days=8)
        assert queue.age(waiting) == "1 day"

    def test_filters_say_how_many_each_choice_would_show_beside_the_others(self, desk: Client) -> None:
        for right in (Right.ACCESS, Right.ACCESS, Right.ERASURE):
            make_request(make_user(), right=right)
        make_request(make_user(), right=Right.ACCESS, state=State.RUNNING)
        make_request(make_user(), right=Right.ACCESS, state=State.REFUSED)
        text = look(desk, state__exact="received")
        assert f"{Right.ACCESS.label} (2)" in text
        assert "Received (3)" in text
        assert "In progress (1)" in text
        assert "Refused (0)" in text

    def test_what_is_beyond_the_bound_is_said_and_found_by_search(self, desk: Client) -> None:
        assert in_words(MOST) == "999+"
        RightsRequest.objects.bulk_create(
            RightsRequest(reference=f"M-{n}", right=Right.ACCESS, subject_digest=str(n), due_at=timezone.now())
            for n in range(MOST + 5)
        )
        text = look(desk)
        assert "The first 1,000 requests of this view are shown." in text
        assert "Open 999+" in text
        assert "M-1004" in look(desk, q="M-1004")


class TestKeyboard:
    def test_the_list_is_made_from_the_one_table_and_each_key_is_told_once(self, desk: Client) -> None:
        pressed = [key.press for key in keys.KEYS]
        assert len(pressed) == len(set(pressed))
        page = desk.get(reverse(QUEUE)).content.decode()
        for key in keys.KEYS:
            assert f'data-press="{" ".join(key.press)}" data-act="{key.act}"' in page
        assert "Show this list" in said(desk.get(reverse("admin:desk_keys")))

    def test_single_keys_are_turned_off_for_good_and_on_again(self, desk: Client, colleague: User) -> None:
        request = make_request(make_user())
        assert 'aria-labelledby="desk-keys-title" data-on>' in desk.get(workspace_url(request)).content.decode()
        desk.post(reverse("admin:desk_keys"), {"single_keys": "off"})
        assert not DeskChoice.objects.get().single_keys
        for client in (desk, browser(colleague)):
            assert "data-on>" not in client.get(reverse("admin:index")).content.decode()
        desk.post(reverse("admin:desk_keys"), {"single_keys": "on"})
        assert "data-on>" in desk.get(reverse("admin:index")).content.decode()


def test_the_digest_finds_whoever_asked_by_mail_for_somebody_else(desk: Client) -> None:
    request = make_request(make_user())
    RightsRequest.objects.filter(pk=request.pk).update(requester_digest=keyed_digest("email", "agent@firm.example"))
    assert request.reference in look(desk, q="agent@firm.example")
