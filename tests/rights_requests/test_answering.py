"""Messages to and fro, and the appeal of a refusal: who may, who is told what, and that a second person decides."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client, override_settings
from django.urls import resolve, reverse
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from privacy.models import AuditEntry
from privacy.uploads.arriving import Allowance
from privacy.uploads.clean import Cleaned
from privacy.uploads.kinds import Kind
from privacy.uploads.limits import DEFAULT
from privacy.vocabulary import Right
from rights_requests.errors import AnotherIsOpen, NotFound, SameEyes, TooLateToAppeal, TooManyMessages, WordsNeeded
from rights_requests.models import Evidence, Message, RefusalReason, RightsRequest, State
from rights_requests.people import party_of_address
from rights_requests.services import appealing, deciding, evidence, filing, messaging
from rights_requests.vocabulary import EvidenceKind, MessageKind
from tests.factories import make_enrolment, make_request, make_user
from tests.privacy.uploads.making import picture
from tests.rights_requests.browsing import browser_of, said
from tests.rights_requests.desk import QUEUE, act_url, browser, make_colleague, workspace_url
from tests.rights_requests.scenario import filed, staff_actor, subject_actor

pytestmark = [pytest.mark.django_db, pytest.mark.promise("P7.3")]

CLEANED = Cleaned(picture(size=(40, 30)), Kind.JPEG)
PAYLOAD = "<script>alert(1)</script>{{7*7}} %s"


def page(name: str, request: RightsRequest) -> str:
    return reverse(f"rights_requests:{name}", kwargs={"reference": request.reference})


def file_page(request: RightsRequest, sent: Evidence) -> str:
    return reverse("rights_requests:attachment", kwargs={"reference": request.reference, "evidence_id": sent.pk})


def a_picture() -> bytes:
    """A picture as somebody sends it."""
    return picture("PNG", size=(40, 30))


@pytest.fixture
def user() -> User:
    return make_user()


def refused(user: User, right: Right = Right.ACCESS) -> RightsRequest:
    """A request that a colleague refused."""
    request = filed(user, right)
    staff = staff_actor()
    deciding.refuse(request_id=request.pk, actor=staff, reason=RefusalReason.EXCESSIVE, text="You asked last week.")
    return RightsRequest.objects.get(pk=request.pk)


def test_a_message_stands_on_the_page_and_the_mail_only_says_that_it_is_there(user: User) -> None:
    request = filed(user)
    messaging.write_to_person(request_id=request.pk, actor=staff_actor(), text="Which shop do you mean?")
    messaging.write_to_person(request_id=request.pk, actor=staff_actor(), text="And which year?")
    letters = Email.objects.filter(to=user.email, subject__startswith="A message for you")
    assert [request.reference in letter.message for letter in letters] == [True, True]
    assert not [letter for letter in letters if "shop" in letter.message or "year" in letter.message]
    assert "Which shop do you mean?" in said(browser_of(user).get(page("detail", request)))


def test_the_person_answers_and_the_desk_shows_it_until_somebody_dealt_with_it(user: User) -> None:
    request, desk = filed(user), browser(make_colleague())
    answer = browser_of(user).post(page("write", request), {"text": "The one in Lyon"}, follow=True)
    assert "A person reads it." in said(answer)
    assert "new message" in said(desk.get(reverse(QUEUE)))
    assert "The one in Lyon" in said(desk.get(workspace_url(request)))
    team = Email.objects.latest("id")
    assert (request.reference in team.message, "Lyon" in team.message) == (True, False)
    desk.post(act_url(request, "write"), {"text": "Thank you."})
    assert "new message" not in said(desk.get(reverse(QUEUE)))


def test_what_needs_no_answer_is_marked_as_read(user: User) -> None:
    request, desk = filed(user), browser(make_colleague())
    messaging.write_to_us(request_id=request.pk, actor=subject_actor(user), text="Thanks!")
    desk.post(act_url(request, "read"))
    assert not messaging.unread(request).exists()
    assert "The messages are read" not in said(desk.get(workspace_url(request)))


def test_notes_are_for_colleagues_and_look_different(user: User) -> None:
    request, desk = filed(user), browser(make_colleague())
    desk.post(act_url(request, "remark"), {"text": "Seems upset."})
    assert "Note for colleagues" in said(desk.get(workspace_url(request)))
    assert "Seems upset." not in said(browser_of(user).get(page("detail", request)))
    assert not Email.objects.filter(message__contains="upset").exists()


def test_a_file_that_goes_along_is_made_anew_and_sealed(user: User) -> None:
    request = filed(user)
    upload = SimpleUploadedFile("../../me.png", a_picture(), "image/png")
    browser_of(user).post(page("write", request), {"text": "See the picture", "file": upload})
    (attached,) = Message.objects.get().attachments.all()
    assert (attached.media_type, attached.kind) == ("image/jpeg", "attachment")
    assert "Download the file" in said(browser_of(user).get(page("detail", request)))


def test_files_of_both_sides_are_downloaded_by_the_person_alone_who_showed_just_now_who_they_are(user: User) -> None:
    request, desk = filed(user), browser(make_colleague())
    letter = SimpleUploadedFile("letter.png", a_picture(), "image/png")
    desk.post(act_url(request, "write"), {"text": "Here is the form.", "file": letter})
    messaging.write_to_us(request_id=request.pk, actor=subject_actor(user), text="Back", file=CLEANED)
    for sent in Evidence.objects.all():
        taken = browser_of(user).get(file_page(request, sent))
        assert (taken.status_code, taken["Content-Type"]) == (200, "image/jpeg")
        assert taken["Content-Disposition"].startswith("attachment;")
        assert b"\xff\xd8" in taken.content[:4]
        asked = browser_of(user, signed_in_ago=86_400).get(file_page(request, sent))
        assert asked.url.startswith(reverse("account_reauthenticate"))
        assert browser_of(make_user()).get(file_page(request, sent)).status_code == 404
    assert AuditEntry.objects.filter(event="evidence.taken").count() == 2


def test_only_files_of_the_thread_are_handed_over_and_none_that_is_destroyed(user: User) -> None:
    request, own = filed(user), browser_of(user)
    proof = evidence.keep(request_id=request.pk, actor=subject_actor(user), kind=EvidenceKind.PROOF, file=CLEANED)
    assert own.get(file_page(request, proof)).status_code == 404
    written = messaging.write_to_us(request_id=request.pk, actor=subject_actor(user), text="Look", file=CLEANED)
    sent, other = written.attachments.get(), make_request(user, Right.ERASURE)
    assert own.get(file_page(other, sent)).status_code == 404
    evidence.destroy(evidence_id=sent.pk, actor=staff_actor(), reason="test")
    assert "destroyed or is damaged" in said(own.get(file_page(request, sent), follow=True))


def test_a_new_message_is_marked_until_the_person_has_seen_it(user: User) -> None:
    request, own, desk = filed(user), browser_of(user), browser(make_colleague())
    messaging.write_to_person(request_id=request.pk, actor=staff_actor(), text="Which shop?")
    assert "new message" in said(own.get(reverse("rights_requests:list")))
    assert "not read yet" in said(desk.get(workspace_url(request)))
    assert "new Which shop?" in said(own.get(page("detail", request)))
    assert "new Which shop?" not in said(own.get(page("detail", request)))
    assert "new message" not in said(own.get(reverse("rights_requests:list")))
    assert "not read yet" not in said(desk.get(workspace_url(request)))


def test_the_next_step_of_the_desk_is_to_read_what_the_person_wrote(user: User) -> None:
    request, desk = filed(user), browser(make_colleague())
    assert "The person wrote:" not in said(desk.get(workspace_url(request)))
    messaging.write_to_us(request_id=request.pk, actor=subject_actor(user), text="Please hurry")
    assert "The person wrote: read it below" in said(desk.get(workspace_url(request)))


@pytest.mark.parametrize("name", ["act", "intake"])
def test_the_desk_takes_files_as_large_as_it_says(name: str) -> None:
    extra = {"request_id": uuid4(), "name": "write"} if name == "act" else {}
    view = resolve(reverse(f"admin:rights_requests_rightsrequest_{name}", kwargs=extra)).func
    assert view.receives_files == Allowance(1, DEFAULT.file_bytes)


def test_a_stranger_writes_nothing_and_sees_nothing(user: User) -> None:
    request, stranger = filed(user), make_user()
    messaging.write_to_person(request_id=request.pk, actor=staff_actor(), text="Secret words")
    with pytest.raises(NotFound):
        messaging.write_to_us(request_id=request.pk, actor=subject_actor(stranger), text="Me!")
    for name in ("write", "appeal"):
        assert browser_of(stranger).get(page(name, request)).status_code == 404
        assert browser_of(stranger).post(page(name, request), {"text": "x"}).status_code == 404


def test_the_follow_link_shows_no_message(user: User, client: Client) -> None:
    request = filed(user)
    messaging.write_to_person(request_id=request.pk, actor=staff_actor(), text="Secret words")
    link = Email.objects.filter(to=user.email).first()
    assert link is not None
    follow = browser_of(user).get(page("sent", request)).context["follow_url"]
    shown = client.get("/requests/follow/" + follow.split("/follow/")[1])
    assert (shown.status_code, "Secret words" in shown.content.decode()) == (200, False)


def test_bad_input_is_told_and_kept(user: User) -> None:
    request, own = filed(user), browser_of(user)
    assert "Write what you want to say." in said(own.post(page("write", request), {"text": " "}))
    long = own.post(page("write", request), {"text": "w" * 5001})
    assert "5,001 characters" in said(long)
    assert "w" * 5001 in long.content.decode()
    with override_settings(MESSAGES_PER_DAY=1):
        messaging.write_to_us(request_id=request.pk, actor=subject_actor(user), text="One")
        with pytest.raises(TooManyMessages):
            messaging.write_to_us(request_id=request.pk, actor=subject_actor(user), text="Two")
        assert "many messages today" in said(own.post(page("write", request), {"text": "Two"}))


def test_what_strangers_write_stays_text_everywhere(user: User) -> None:
    request, desk = filed(user), browser(make_colleague())
    messaging.write_to_us(request_id=request.pk, actor=subject_actor(user), text=PAYLOAD)
    for shown in (desk.get(workspace_url(request)), browser_of(user).get(page("detail", request))):
        text = shown.content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}} %s" in text
        assert "<script>alert" not in text


def test_after_the_time_to_appeal_nobody_writes_any_more(user: User) -> None:
    old = timezone.now() - timedelta(days=31)
    request = make_request(user, state=State.COMPLETED, closed_at=old)
    assert "This request is closed." in said(browser_of(user).get(page("write", request), follow=True))


def test_a_refusal_is_appealed_on_its_page_and_a_second_person_upholds_it(user: User) -> None:
    request, own = refused(user), browser_of(user)
    assert page("appeal", request) in own.get(page("detail", request)).content.decode()
    assert "Write in a sentence or two why" in said(own.post(page("appeal", request), {"text": ""}))
    own.post(page("appeal", request), {"text": "It was another year."})
    appealed = RightsRequest.objects.get(pk=request.pk)
    assert (appealed.state, appealed.closed_at, appealed.due_at > timezone.now()) == (State.APPEALED, None, True)
    assert "Being checked again" in said(own.get(page("detail", request)))
    second = staff_actor()
    appealing.uphold(request_id=request.pk, actor=second, text="We looked again: it is the same year.")
    upheld = RightsRequest.objects.get(pk=request.pk)
    assert (upheld.state, upheld.appeal_decided_by_id) == (State.REFUSED, second.user_id)
    shown = said(own.get(page("detail", request)))
    assert "We looked again: it is the same year." in shown
    assert page("appeal", request) not in own.get(page("detail", request)).content.decode()
    letters = Email.objects.filter(to=user.email).order_by("id").values_list("subject", flat=True)
    assert [letter.split("(")[0].strip() for letter in letters][-2:] == [
        "We look at our refusal again",
        "Our answer to your appeal",
    ]


def test_an_overturned_refusal_is_decided_anew_and_a_second_refusal_is_told_again(user: User) -> None:
    request, second = refused(user), staff_actor()
    appealing.appeal(request_id=request.pk, actor=subject_actor(user), text="Look again.")
    again = appealing.overturn(request_id=request.pk, actor=second, text="You are right.")
    assert (again.state, again.refusal_text, again.refused_by_id) == (State.RECEIVED, "", None)
    deciding.refuse(request_id=request.pk, actor=second, reason=RefusalReason.UNFOUNDED, text="Another reason.")
    assert Email.objects.filter(to=user.email, message__contains="Another reason.").count() == 1
    assert appealing.can_appeal(RightsRequest.objects.get(pk=request.pk))


def test_whoever_refused_does_not_decide_the_appeal_not_even_in_the_database(user: User) -> None:
    request = refused(user)
    first = RightsRequest.objects.get(pk=request.pk).refused_by
    appealing.appeal(request_id=request.pk, actor=subject_actor(user), text="Look again.")
    for decide in (appealing.uphold, appealing.overturn):
        with pytest.raises(SameEyes):
            decide(request_id=request.pk, actor=staff_actor().staff(first.pk), text="No.")
    with pytest.raises(IntegrityError):
        RightsRequest.objects.filter(pk=request.pk).update(appeal_decided_by=first)


def test_the_desk_offers_the_appeal_to_others_than_whoever_refused(user: User) -> None:
    request = refused(user)
    first = RightsRequest.objects.get(pk=request.pk).refused_by
    appealing.appeal(request_id=request.pk, actor=subject_actor(user), text="Look again, please.")
    mine = said(browser(first).get(workspace_url(request)))
    assert "You refused this request. A second person must decide on the appeal." in mine
    assert "Take the refusal back" not in mine
    other = browser(make_colleague())
    assert "Look again, please." in said(other.get(workspace_url(request)))
    done = other.post(act_url(request, "overturn"), {"text": "You are right."}, follow=True)
    assert "The refusal is taken back." in said(done)


def test_an_appeal_needs_words_comes_once_and_in_time(user: User) -> None:
    request, actor = refused(user), subject_actor(user)
    with pytest.raises(WordsNeeded):
        appealing.appeal(request_id=request.pk, actor=actor, text=" ")
    with override_settings(APPEAL_DAYS=0), pytest.raises(TooLateToAppeal):
        appealing.appeal(request_id=request.pk, actor=actor, text="Late.")
    filed(user)
    with pytest.raises(AnotherIsOpen):
        appealing.appeal(request_id=request.pk, actor=actor, text="Both.")


def test_a_person_without_an_account_appeals_and_is_forgotten_when_the_time_is_over() -> None:
    party = party_of_address(make_enrolment("ada@example.org").work_email)
    asker = filing.Asker(party.subject, party.method)
    request = filing.file(actor=party.actor, asker=asker, asked=filing.Asked(Right.ACCESS)).request
    deciding.refuse(request_id=request.pk, actor=staff_actor(), reason=RefusalReason.UNFOUNDED, text="No.")
    assert appealing.forget_people() == 0
    appealing.appeal(request_id=request.pk, actor=party.actor, text="Look again.")
    appealing.uphold(request_id=request.pk, actor=staff_actor(), text="Still no.")
    RightsRequest.objects.update(closed_at=timezone.now() - timedelta(days=31))
    assert appealing.forget_people() == 1
    assert RightsRequest.objects.get().subject_sealed is None
    assert Message.objects.filter(kind=MessageKind.TO_PERSON).count() == 1
