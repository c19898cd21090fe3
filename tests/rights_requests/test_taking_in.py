"""Letters, calls and e-mails: they count from the day they came, and a sender's address proves nothing."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from privacy import restriction
from privacy.actors import Actor
from privacy.data_map.subject import subject_of_user
from privacy.mail.address import contact_address
from privacy.models import AuditEntry
from privacy.vocabulary import Purpose, Right
from rights_requests.deadlines import term_for
from rights_requests.errors import NotAllowed, NotIdentified, OwnRequest
from rights_requests.models import Evidence, IdentityCheck, Message, RightsRequest, State
from rights_requests.services import appealing, deciding, withdrawing
from rights_requests.vocabulary import Channel, IdentityMethod, Outcome, RequesterRole
from rights_requests.words import controller_zone
from tests.factories import make_enrolment, make_staff, make_user
from tests.privacy.uploads.making import picture
from tests.rights_requests.browsing import browser_of, said
from tests.rights_requests.desk import VIEW, act_url, browser, make_colleague, workspace_url
from tests.rights_requests.scenario import filed, run, staff_actor, subject_actor
from tests.rights_requests.test_proving import proven

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P7.2")]
INTAKE = reverse("admin:rights_requests_rightsrequest_intake")


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Any) -> None:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    settings.PACKAGE_DIR = tmp_path / "packages"


@pytest.fixture
def desk() -> Client:
    """The browser of a member of staff who may decide."""
    return browser(make_colleague())


def day_from_now(days: int) -> str:
    """A day of the calendar by which terms are counted, so many after today."""
    return (timezone.localdate(timezone=controller_zone()) + timedelta(days=days)).isoformat()


def arrived(**more: Any) -> dict[str, Any]:
    """What staff type for a letter that came ten days ago."""
    day = day_from_now(-10)
    given = {"key": uuid4(), "channel": "letter", "received_on": day, "right": "access", "role": "self"}
    return {**given, "message": "I want to see it all.", **more}


def mail_to(address: str) -> str:
    return str(Email.objects.filter(to=address).latest("id").message)


def test_a_letter_counts_from_the_day_it_came_and_the_person_is_told(desk: Client) -> None:
    person = make_user()
    answer = desk.post(INTAKE, arrived(email=person.email, method="known_to_staff", known_how="Her contract number."))
    request = RightsRequest.objects.get()
    assert answer["Location"] == workspace_url(request)
    assert (request.subject_user_id, request.channel, request.state) == (person.pk, Channel.LETTER, State.RECEIVED)
    assert timezone.localdate(request.received_at, controller_zone()).isoformat() == day_from_now(-10)
    assert request.due_at == term_for(received_at=request.received_at, country="", right=request.right).due_at
    assert request.reference in mail_to(person.email)
    check = IdentityCheck.objects.get(request=request)
    assert (check.method, check.outcome) == (IdentityMethod.KNOWN_TO_STAFF, Outcome.PASSED)
    assert check.decided_by_id is not None
    assert Message.objects.get(request=request).text == "Her contract number."


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"received_on": 1}, "This day is still to come."),
        ({"received_on": -400}, "That is more than a year ago."),
        ({"received_on": "soon"}, "Enter the day as year, month and day"),
        ({"email": ""}, "Enter an e-mail address, a telephone number or a postal address."),
        ({"email": "", "phone": "12"}, "Enter the whole telephone number."),
        ({"email": "аda@example.org"}, "Type it letter by letter"),
        ({"method": "known_to_staff"}, "Write down what showed you that it is them."),
        ({"right": "restriction"}, "Choose the ground that fits what is asked."),
        ({"right": "objection", "ground": "accuracy"}, "Choose the ground that fits what is asked."),
        ({"right": "objection", "ground": "own_situation"}, "Choose at least one use."),
        ({"role": "agent"}, "Enter the e-mail address of whoever asks"),
        ({"method": "document"}, "document"),
    ],
)
def test_a_mistake_is_told_in_words_and_what_was_typed_stays(desk: Client, typed: dict[str, Any], words: str) -> None:
    typed = {name: day_from_now(said) if isinstance(said, int) else said for name, said in typed.items()}
    answer = desk.post(INTAKE, arrived(**{"email": "a@example.org", **typed}))
    assert words in said(answer)
    assert "I want to see it all." in answer.content.decode()
    assert not RightsRequest.objects.exists()


def test_an_old_letter_is_taken_in_with_a_word(desk: Client) -> None:
    day = day_from_now(-400)
    desk.post(INTAKE, arrived(email="a@example.org", received_on=day, old="It lay behind a cupboard."))
    assert RightsRequest.objects.count() == 1


def test_a_forged_sender_gets_nothing_and_the_person_is_told(desk: Client) -> None:
    victim = make_user()
    desk.post(INTAKE, arrived(email=victim.email, channel="email", right="erasure"))
    request = RightsRequest.objects.get()
    assert "we do not know yet that it was you" in mail_to(victim.email)
    with pytest.raises(NotIdentified):
        deciding.prepare(request_id=request.pk, actor=staff_actor())
    assert User.objects.filter(pk=victim.pk).exists()


def test_the_person_confirms_it_signed_in_and_no_sooner(desk: Client) -> None:
    person = make_user()
    desk.post(INTAKE, arrived(email=person.email, channel="email"))
    request = RightsRequest.objects.get()
    detail = reverse("rights_requests:detail", kwargs={"reference": request.reference})
    confirm = reverse("rights_requests:confirm", kwargs={"reference": request.reference})
    assert browser_of(make_user()).post(confirm).status_code == 404
    late = browser_of(person, signed_in_ago=3600)
    assert "reauthenticate" in late.post(confirm)["Location"]
    page = browser_of(person)
    assert "Was it you?" in said(page.get(detail))
    page.post(confirm)
    check = IdentityCheck.objects.get(request=request)
    assert (check.method, check.outcome) == (IdentityMethod.ACCOUNT, Outcome.PASSED)
    assert "Was it you?" not in said(page.get(detail))
    assert deciding.approve(request_id=request.pk, actor=staff_actor()).state == State.APPROVED


@pytest.mark.promise("P5.4")
def test_no_to_advertising_counts_from_the_letter_on_whoever_wrote_it(desk: Client) -> None:
    """It needs no proof of who asks (Art. 21(3)), and nobody to decide; the person is told, and can end it."""
    person = make_user()
    subject = subject_of_user(person.pk)
    desk.post(INTAKE, arrived(email=person.email, channel="email", right="objection", ground="marketing"))
    request = RightsRequest.objects.get()
    assert not restriction.allows(subject, Purpose.PROMOTIONAL_MESSAGES)
    assert (request.state, run(request).state) == (State.APPROVED, State.COMPLETED)
    assert "we do not know yet that it was you" not in mail_to(person.email)


@pytest.mark.promise("P5.4")
def test_what_a_letter_objects_to_rests_once_we_are_sure_who_wrote_it(desk: Client) -> None:
    """By the word of the person, or by that of staff: from then on the use rests, while it is weighed (18(1)(d))."""
    wants = {"channel": "letter", "right": "objection", "ground": "own_situation", "purposes": ["improve"]}
    for confirmed_by_staff in (False, True):
        person = make_user()
        subject = subject_of_user(person.pk)
        desk.post(INTAKE, arrived(email=person.email, **wants))
        request = RightsRequest.objects.get(subject_user=person)
        assert restriction.allows(subject, Purpose.IMPROVE)
        if confirmed_by_staff:
            check = IdentityCheck.objects.get(request=request)
            desk.post(act_url(request, "accept-check"), {"check_id": check.pk})
        else:
            browser_of(person).post(reverse("rights_requests:confirm", kwargs={"reference": request.reference}))
        assert not restriction.allows(subject, Purpose.IMPROVE)
        assert restriction.allows(subject, Purpose.SERVICE_MESSAGES)
        request.refresh_from_db()
        assert request.state == State.RECEIVED


def test_somebody_without_an_account_confirms_it_with_a_code(desk: Client, client: Client) -> None:
    make_enrolment("ada@example.org")
    desk.post(INTAKE, arrived(email="ada@example.org", channel="phone"))
    request = RightsRequest.objects.get()
    page = proven(client, "ada@example.org")
    page.post(reverse("rights_requests:confirm", kwargs={"reference": request.reference}))
    assert IdentityCheck.objects.get(request=request).outcome == Outcome.PASSED
    assert "Facts Person ada@example.org" in said(desk.get(workspace_url(request)))


def test_somebody_with_a_postal_address_only_is_answered_by_letter(desk: Client) -> None:
    where = "Ada Lovelace\n12 St James Square\nLondon"
    how = {"method": "known_to_staff", "known_how": "She called from the number in her contract."}
    desk.post(INTAKE, arrived(post=where, **how))
    request = RightsRequest.objects.get()
    assert b"Lovelace" not in bytes(request.requester_sealed or b"")
    task = Email.objects.get(to=contact_address(), subject__startswith="Answer by letter")
    assert "Your request is on record." in task.message
    assert "Lovelace" not in task.message
    assert "Lovelace" in said(desk.get(workspace_url(request)))
    desk.post(act_url(request, "refuse"), {"reason": "unfounded", "text": "We hold nothing."})
    assert Email.objects.filter(to=contact_address(), message__contains="We hold nothing.").count() == 1
    assert not Email.objects.exclude(to=contact_address()).exists()


@pytest.fixture
def by_post(desk: Client) -> RightsRequest:
    """The request of somebody of whom we know where they live, and no e-mail address."""
    how = {"method": "known_to_staff", "known_how": "She called from the number in her contract."}
    desk.post(INTAKE, arrived(post="Ada Lovelace\n12 St James Square\nLondon", **how))
    return RightsRequest.objects.get()


def posted(words: str) -> str:
    """The letter that staff are asked to post; there is one with these words."""
    return str(Email.objects.get(to=contact_address(), message__contains=words).message)


def test_whoever_has_no_mailbox_withdraws_by_letter_too(desk: Client, by_post: RightsRequest) -> None:
    assert "Tell us by letter or by telephone, and we stop." in posted("Your request is on record.")
    refused = said(desk.post(act_url(by_post, "withdrawn"), {"text": " "}, follow=True))
    assert "Write down what they said, and how it reached us." in refused
    page = said(desk.post(act_url(by_post, "withdrawn"), {"text": "She rang: never mind."}, follow=True))
    assert "The request is withdrawn. The person is told." in page
    by_post.refresh_from_db()
    assert (by_post.state, Message.objects.latest("sent_at").text) == (State.WITHDRAWN, "She rang: never mind.")
    assert "is withdrawn." in posted("We have stopped working on it")
    assert Client().get(act_url(by_post, "withdrawn")).status_code == 302


def test_whoever_has_no_mailbox_appeals_by_letter_and_reads_why_there(desk: Client, by_post: RightsRequest) -> None:
    desk.post(act_url(by_post, "refuse"), {"reason": "unfounded", "text": "We hold nothing."})
    letter = posted("We hold nothing.")
    assert "by letter or by telephone. Somebody who did not decide the first time" in letter
    assert "/requests/" not in letter
    desk.post(act_url(by_post, "appealed"), {"text": "By letter: you do hold something."})
    by_post.refresh_from_db()
    assert (by_post.state, by_post.appeal_text) == (State.APPEALED, "By letter: you do hold something.")
    posted("You appealed our refusal.")
    # Whoever refused may take the appeal in; somebody else decides on it.
    assert desk.post(act_url(by_post, "uphold"), {"text": "No."}).status_code == 409
    browser(make_colleague()).post(act_url(by_post, "uphold"), {"text": "We looked everywhere."})
    assert "We looked everywhere." in posted("came to the same answer.")
    # A refusal is appealed once: neither on the page nor by letter a second time.
    assert act_url(by_post, "appealed") not in desk.get(workspace_url(by_post)).content.decode()


def test_the_letter_that_confirms_receipt_is_owed_until_staff_say_that_it_is_posted(
    desk: Client, by_post: RightsRequest
) -> None:
    page = said(desk.get(workspace_url(by_post)))
    assert "Tell the person by letter or telephone that their request is here (now)" in page
    assert "Facts Person by letter or telephone" in page
    for _again in range(2):
        desk.post(act_url(by_post, "acknowledge"))
    told_at = RightsRequest.objects.get().acknowledged_at
    assert told_at is not None
    assert AuditEntry.objects.filter(event="request.acknowledged").count() == 1
    page = said(desk.get(workspace_url(by_post)))
    assert "that their request is here (done)" in page
    assert "I have told the person that it is here" not in page
    assert "I am not sure who asks" not in page
    by_mail = filed(make_user())
    page = said(desk.get(workspace_url(by_mail)))
    assert "by letter or telephone" not in page
    assert "I am not sure who asks" in page


def test_a_message_to_whoever_has_no_mailbox_stands_in_the_letter(desk: Client, by_post: RightsRequest) -> None:
    desk.post(act_url(by_post, "write"), {"text": "We found your card."})
    assert "You can answer by letter or by telephone." in posted("We found your card.")


def test_a_copy_for_whoever_has_no_mailbox_is_not_said_to_be_downloaded(desk: Client, by_post: RightsRequest) -> None:
    deciding.approve(request_id=by_post.pk, actor=staff_actor())
    run(by_post)
    letter = posted("The copy of your data")
    assert "Do you want it on paper?" in letter
    assert "Download" not in letter


def test_staff_take_nothing_back_and_appeal_nothing_for_themselves(desk: Client) -> None:
    me = make_colleague()
    request = filed(me)
    for act in ("withdrawn", "appealed"):
        browser(me).post(act_url(request, act), {"text": "I said so."})
    assert RightsRequest.objects.get(pk=request.pk).state == State.RECEIVED
    with pytest.raises(OwnRequest):
        withdrawing.note_withdrawal(request_id=request.pk, actor=Actor.staff(me.pk), text="I said so.")
    with pytest.raises(OwnRequest):
        appealing.note_appeal(request_id=request.pk, actor=Actor.staff(me.pk), text="I said so.")
    with pytest.raises(NotAllowed):
        withdrawing.note_withdrawal(request_id=request.pk, actor=subject_actor(me), text="I said so.")


def test_a_letter_of_an_agent_waits_for_the_mandate_and_the_person_is_told(desk: Client) -> None:
    person = make_user()
    scan = SimpleUploadedFile("letter.jpg", picture(size=(300, 200)), "image/jpeg")
    who = {"role": "agent", "stand_in_name": "Ada Agent", "stand_in_email": "agent@example.org"}
    desk.post(INTAKE, arrived(email=person.email, scan=scan, method="known_to_staff", known_how="A friend.", **who))
    request = RightsRequest.objects.get()
    assert request.requester_role == RequesterRole.AGENT
    assert IdentityCheck.objects.get(request=request).outcome == Outcome.OPEN
    assert Evidence.objects.get(request=request).kind == "mandate"
    assert "“Ada Agent”" in mail_to(person.email)
    assert "for someone else" in mail_to("agent@example.org")


def test_a_form_that_is_not_filled_in_right_is_no_conflict_and_one_that_is_refused_is(desk: Client) -> None:
    assert desk.post(INTAKE, arrived()).status_code == 200
    me = make_colleague()
    assert browser(me).post(INTAKE, arrived(email=me.email)).status_code == 409


def test_the_same_form_sent_twice_is_one_request(desk: Client) -> None:
    given = arrived(email="a@example.org")
    assert desk.post(INTAKE, given)["Location"] == desk.post(INTAKE, given)["Location"]
    assert RightsRequest.objects.count() == 1


def test_only_whoever_may_decide_takes_requests_in_and_none_about_themselves(client: Client) -> None:
    assert browser(make_staff(perms=[VIEW])).get(INTAKE).status_code == 403
    assert client.get(INTAKE).status_code == 302
    me = make_colleague()
    answer = browser(me).post(INTAKE, arrived(email=me.email))
    assert "This request is about you." in said(answer)
    assert not RightsRequest.objects.exists()


def test_the_queue_leads_to_the_form_which_names_the_rights(desk: Client) -> None:
    page = desk.get(reverse("admin:rights_requests_rightsrequest_changelist"))
    assert INTAKE in page.content.decode()
    form = said(desk.get(INTAKE))
    assert all(str(right.label) in form for right in Right)
