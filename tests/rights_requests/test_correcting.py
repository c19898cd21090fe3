"""Corrections are the person's own, decided one by one, and carried out together or not at all."""

from typing import Any
from unittest import mock
from uuid import UUID, uuid4

import pytest
from post_office.models import Email

from accounts.models import Enrolment, Profile, User
from privacy import ledger
from privacy.actors import Actor
from privacy.data_map.subject import subject_of_user
from privacy.jobs import engine
from privacy.ledger import reapply
from privacy.ledger.file import LedgerFile
from privacy.models import AuditEntry, JobState
from privacy.vocabulary import Right
from rights_requests.errors import (
    AllDeclined,
    CannotBeCorrected,
    NotAllowed,
    NotFound,
    NothingProposed,
    OwnRequest,
    PlanChanged,
    ReasonNeeded,
    SomeAccepted,
    Undecided,
    WrongState,
)
from rights_requests.fulfilment import rectification
from rights_requests.models import Evidence, Proposal, RecipientNotice, RefusalReason, RightsRequest, State
from rights_requests.people import party_of_address, party_of_user
from rights_requests.questions.rectification import RECTIFICATION
from rights_requests.recipients.sealing import opened
from rights_requests.services import correcting, deciding, evidence, withdrawing
from rights_requests.services.correcting import fingerprint
from rights_requests.vocabulary import Answer, EvidenceKind
from tests.factories import make_enrolment, make_request, make_user
from tests.privacy.ledgers import forget_after
from tests.rights_requests.correcting import (
    ACCEPT,
    DECLINE,
    approved,
    decided,
    filed,
    key,
    make_person,
    proposal,
    values,
)
from tests.rights_requests.recipients.register import make_recipient
from tests.rights_requests.scenario import job_of, make_due, run, staff_actor, subject_actor
from tests.rights_requests.test_evidence import PICTURE

pytestmark = pytest.mark.promise("P5.2")


def profile(user: User) -> Profile:
    return Profile.objects.get(user=user)


@pytest.mark.django_db
class TestProposing:
    def test_each_changed_value_is_a_row_with_old_new_and_the_persons_words(self) -> None:
        user = make_person()
        request = filed(user, {"name": "Anne", "phone": "+33 1 23 45 67 89"}, statement="I should know.")
        found = list(request.proposals.values_list("field", "old", "new", "statement", "decision"))
        assert found == [
            ("name", "Ann", "Anne", "I should know.", ""),
            ("phone", "", "+33 1 23 45 67 89", "I should know.", ""),
        ]
        assert profile(user).name == "Ann"

    @pytest.mark.parametrize(
        "forged",
        ["accounts-profile:{other}:name", "accounts-user:{me}:is_superuser", "accounts-user:{me}:email", "x", "::"],
    )
    def test_what_is_not_the_persons_or_not_to_be_corrected_by_staff_makes_no_request(self, forged: str) -> None:
        user, other = make_person(), make_person()
        with pytest.raises(PlanChanged):
            filed(user, {forged.format(me=user.pk, other=other.pk) + ("" if ":" in forged else ":"): "mine"})
        assert not RightsRequest.objects.exists()

    def test_what_changed_since_it_was_shown_makes_no_request(self) -> None:
        user = make_person()
        answers = {"seen": fingerprint(values(user).values()), "statement": "", "changes": {key(user, "name"): "Anne"}}
        Profile.objects.filter(user=user).update(workplace="Auchan")
        with pytest.raises(PlanChanged):
            RECTIFICATION.send(party=party_of_user(user), answers=answers, key=uuid4())
        assert not RightsRequest.objects.exists()


@pytest.mark.django_db
class TestDeciding:
    def test_a_decision_a_value_with_a_reason_where_it_is_no(self) -> None:
        request = filed(make_person(), {"name": "Anne", "workplace": "Auchan"})
        decided(request, name=ACCEPT)
        with pytest.raises(ReasonNeeded):
            decided(request, workplace=correcting.Verdict(Answer.DECLINED, "  "))
        decided(request, workplace=DECLINE)
        assert proposal(request, "name").decision == Answer.ACCEPTED
        assert proposal(request, "workplace").reason_text == DECLINE.reason
        decided(request, workplace=ACCEPT)
        assert proposal(request, "workplace").reason_text == ""

    def test_approval_waits_until_everything_is_decided_and_something_is_left_to_do(self) -> None:
        request = filed(make_person(), {"name": "Anne", "workplace": "Auchan"})
        with pytest.raises(Undecided, match="2 are still open"):
            deciding.approve(request_id=request.pk, actor=staff_actor())
        decided(request, name=DECLINE)
        with pytest.raises(Undecided, match="1 is still open"):
            deciding.approve(request_id=request.pk, actor=staff_actor())
        decided(request, workplace=DECLINE)
        with pytest.raises(AllDeclined):
            deciding.approve(request_id=request.pk, actor=staff_actor())
        refused = deciding.refuse(
            request_id=request.pk, actor=staff_actor(), reason=RefusalReason.ACCURATE, text="We checked."
        )
        assert refused.state == State.REFUSED

    def test_a_request_of_which_something_was_accepted_is_not_refused_as_a_whole(self) -> None:
        request = filed(make_person(), {"name": "Anne"})
        decided(request, name=ACCEPT)
        with pytest.raises(SomeAccepted):
            deciding.refuse(request_id=request.pk, actor=staff_actor(), reason=RefusalReason.ACCURATE, text="No.")

    def test_a_request_without_a_correction_is_not_approved(self) -> None:
        request = make_request(make_user(), Right.RECTIFICATION)
        with pytest.raises(NothingProposed):
            deciding.approve(request_id=request.pk, actor=staff_actor())

    def test_only_staff_who_may_decide_and_nobody_for_themselves(self) -> None:
        user = make_person()
        request = filed(user, {"name": "Anne"})
        verdicts = {proposal(request, "name").pk: ACCEPT}
        for actor in (subject_actor(user), Actor.staff(make_user(is_staff=True).pk)):
            with pytest.raises(NotAllowed):
                correcting.decide(request_id=request.pk, actor=actor, verdicts=verdicts)
        colleague = staff_actor()
        RightsRequest.objects.filter(pk=request.pk).update(requester=colleague.user_id)
        with pytest.raises(OwnRequest):
            correcting.decide(request_id=request.pk, actor=colleague, verdicts=verdicts)
        assert proposal(request, "name").decision == Answer.OPEN

    def test_a_correction_of_another_request_cannot_be_decided_here(self) -> None:
        mine, other = filed(make_person(), {"name": "Anne"}), filed(make_person(), {"name": "Bea"})
        with pytest.raises(NotFound):
            correcting.decide(request_id=mine.pk, actor=staff_actor(), verdicts={proposal(other, "name").pk: ACCEPT})

    def test_what_cannot_be_written_cannot_be_accepted(self) -> None:
        make_user(username="ann")
        user = make_person()
        request = filed(user, {key(user, "username", "accounts-user"): "ann"})
        with pytest.raises(CannotBeCorrected, match="Another record has this"):
            decided(request, username=ACCEPT)

    def test_after_the_approval_nothing_is_decided_any_more(self) -> None:
        request = approved(make_person(), {"name": "Anne"})
        with pytest.raises(WrongState):
            decided(request, name=DECLINE)

    def test_staff_write_down_what_came_by_letter(self) -> None:
        user = make_person()
        request = make_request(user, Right.RECTIFICATION)
        noted: dict[str, Any] = {"request_id": request.pk, "actor": staff_actor()}
        correcting.note(**noted, key=key(user, "name"), new="Anna", statement="By letter.")
        correcting.note(**noted, key=key(user, "name"), new="Anne")
        assert proposal(request, "name").new == "Anne"
        for wrong in (key(make_person(), "name"), "accounts-user:1:password"):
            with pytest.raises(NotFound):
                correcting.note(**noted, key=wrong, new="x")
        with pytest.raises(CannotBeCorrected, match="stands there already"):
            correcting.note(**noted, key=key(user, "workplace"), new="Carrefour")
        with pytest.raises(CannotBeCorrected, match="You change this yourself"):
            correcting.note(**noted, key=key(user, "email", "accounts-user"), new="x@example.org")
        with pytest.raises(CannotBeCorrected, match="Use at most 120"):
            correcting.note(**noted, key=key(user, "workplace"), new="x" * 121)


@pytest.mark.django_db(transaction=True)
class TestCarryingOut:
    def test_somebody_without_account_corrects_what_is_held_under_their_address(self) -> None:
        enrolment = make_enrolment("lina@customer.example", nickname="Lena")
        party = party_of_address("lina@customer.example")
        shown = {value.name: value for value in correcting.rectify.held(party.subject)}
        answers = {"seen": fingerprint(shown.values()), "statement": "", "changes": {shown["nickname"].key: "Lina"}}
        request = RECTIFICATION.send(party=party, answers=answers, key=uuid4()).request
        decided(request, nickname=ACCEPT)
        deciding.approve(request_id=request.pk, actor=staff_actor())
        assert run(request).state == State.COMPLETED
        assert Enrolment.objects.get(pk=enrolment.pk).nickname == "Lina"

    def test_what_was_accepted_is_changed_and_what_was_declined_stays_with_the_persons_words(self) -> None:
        user = make_person()
        request = run(approved(user, {"name": "Anne", "workplace": "Auchan"}, workplace=DECLINE))
        assert request.state == State.COMPLETED
        assert (profile(user).name, profile(user).workplace) == ("Anne", "Carrefour")
        assert proposal(request, "name").applied_at is not None
        assert proposal(request, "workplace").applied_at is None
        letter = Email.objects.get(to=[user.email], subject__contains="is answered")
        assert "Anne" not in letter.message

    def test_the_audit_says_that_and_what_but_never_the_words(self) -> None:
        user = make_person()
        request = run(approved(user, {"name": "Anne"}))
        entry = AuditEntry.objects.get(event="request.corrected")
        assert (entry.object_id, entry.data) == (str(request.pk), {"field": "accounts-profile.name"})
        assert AuditEntry.objects.filter(event="profile.updated").exists()

    def test_it_is_in_the_ledger(self) -> None:
        user = make_person()
        request = run(approved(user, {"name": "Anne"}))
        ledger.write_out()
        (entry,) = LedgerFile().entries()
        assert (entry.kind, entry.request_id) == ("rectification", request.pk)
        assert frozenset(entry.digests) == subject_of_user(user.pk).digests()

    def test_each_recipient_of_what_was_corrected_is_told_old_and_new_once(self) -> None:
        make_recipient()
        make_recipient("Other", slugs=["accounts-session"])
        request = run(approved(make_person(), {"name": "Anne", "workplace": "Auchan"}, workplace=DECLINE))
        (notice,) = RecipientNotice.objects.filter(request=request)
        (told,) = opened(notice).corrections
        assert (told.field, told.old, told.new) == ("Name", "Ann", "Anne")

    def test_a_value_that_changed_since_is_not_overwritten_and_staff_decide_again(self) -> None:
        user = make_person()
        request = approved(user, {"name": "Anne", "workplace": "Auchan"})
        Profile.objects.filter(user=user).update(name="Anna")
        request = run(request)
        assert request.state == State.RECEIVED
        assert (profile(user).name, profile(user).workplace) == ("Anna", "Carrefour")
        again = proposal(request, "name")
        assert (again.decision, again.old, again.new) == (Answer.OPEN, "Anna", "Anne")
        assert proposal(request, "workplace").decision == Answer.ACCEPTED
        assert request.approved_by_id is None
        with pytest.raises(Undecided):
            deciding.approve(request_id=request.pk, actor=staff_actor())
        decided(request, name=ACCEPT)
        deciding.approve(request_id=request.pk, actor=staff_actor())
        assert run(request).state == State.COMPLETED
        assert (profile(user).name, profile(user).workplace) == ("Anne", "Auchan")

    def test_a_row_that_is_gone_goes_back_to_staff_who_cannot_accept_it_any_more(self) -> None:
        user = make_person()
        enrolment = make_enrolment(user=user)
        request = approved(user, {f"accounts-enrolment:{enrolment.pk}:nickname": "Lea"})
        Enrolment.objects.filter(pk=enrolment.pk).delete()
        assert run(request).state == State.RECEIVED
        with pytest.raises(CannotBeCorrected, match="not there any more"):
            decided(request, nickname=ACCEPT)
        decided(request, nickname=DECLINE)

    def test_a_name_that_somebody_took_meanwhile_goes_back_to_staff(self) -> None:
        user = make_person()
        request = approved(user, {key(user, "username", "accounts-user"): "ann"})
        make_user(username="ann")
        assert run(request).state == State.RECEIVED
        assert User.objects.get(pk=user.pk).username is None

    def test_what_the_person_changed_themselves_in_the_meantime_is_done(self) -> None:
        user = make_person()
        request = approved(user, {"name": "Anne"})
        Profile.objects.filter(user=user).update(name="Anne")
        assert run(request).state == State.COMPLETED
        assert proposal(request, "name").applied_at is not None
        assert not AuditEntry.objects.filter(event="profile.updated").exists()

    @pytest.mark.parametrize("dies", ["carry_out", "applied"])
    def test_a_death_between_change_and_marker_leaves_both_or_neither(self, dies: str) -> None:
        user = make_person()
        request = approved(user, {"name": "Anne"})
        real = getattr(correcting, dies)

        def killed(*given: Any, **named: Any) -> Any:
            real(*given, **named)
            raise KeyboardInterrupt

        with mock.patch.object(correcting, dies, killed), pytest.raises(KeyboardInterrupt):
            engine.run(job_of(request).pk)
        assert profile(user).name == "Ann"
        assert proposal(request, "name").applied_at is None
        assert not AuditEntry.objects.filter(event="profile.updated").exists()
        make_due(request)
        assert run(request).state == State.COMPLETED
        assert profile(user).name == "Anne"
        assert AuditEntry.objects.filter(event="profile.updated").count() == 1

    def test_a_death_after_the_change_does_not_change_it_twice(self) -> None:
        user = make_person()
        request = approved(user, {"name": "Anne"})
        with (
            mock.patch.object(rectification, "note_recipients", side_effect=KeyboardInterrupt),
            pytest.raises(KeyboardInterrupt),
        ):
            engine.run(job_of(request).pk)
        Profile.objects.filter(user=user).update(name="Annie")
        make_due(request)
        assert run(request).state == State.COMPLETED
        assert profile(user).name == "Annie"

    def test_a_fault_of_the_owners_door_changes_nothing_and_reaches_staff(self, settings: Any) -> None:
        settings.JOB_MAX_ATTEMPTS = 1
        user = make_person()
        request = approved(user, {"name": "Anne", "workplace": "Auchan"})
        with mock.patch("accounts.services.audit.record", side_effect=ValueError):
            engine.run(job_of(request).pk)
        assert job_of(request).state in {JobState.NEEDS_STAFF, JobState.QUEUED}
        assert profile(user).name == "Ann"
        assert not correcting.applied(request).exists()

    def test_proofs_are_destroyed_when_it_is_decided(self, settings: Any, tmp_path: Any) -> None:
        settings.EVIDENCE_DIR = tmp_path / "evidence"
        user = make_person()
        request = approved(user, {"name": "Anne"})
        kept = {"request_id": request.pk, "actor": subject_actor(user), "file": PICTURE}
        evidence.keep(**kept, kind=EvidenceKind.PROOF)
        evidence.keep(**kept, kind=EvidenceKind.ATTACHMENT)
        run(request)
        assert list(Evidence.objects.filter(destroyed_at=None).values_list("kind", flat=True)) == ["attachment"]

    def test_withdrawn_nothing_changes_and_the_files_are_destroyed(self, settings: Any, tmp_path: Any) -> None:
        settings.EVIDENCE_DIR = tmp_path / "evidence"
        user = make_person()
        request = approved(user, {"name": "Anne"})
        evidence.keep(request_id=request.pk, actor=subject_actor(user), kind=EvidenceKind.PROOF, file=PICTURE)
        withdrawing.withdraw(request_id=request.pk, actor=subject_actor(user))
        engine.run(job_of(request).pk)
        assert profile(user).name == "Ann"
        assert Evidence.objects.get().destroyed_at is not None


@pytest.mark.django_db(transaction=True)
class TestAfterARestoredBackup:
    def corrected_in_the_lost_time(self, user: User, request_id: UUID) -> None:
        """The ledger says that something was corrected; the database is the old backup, which does not know."""
        kind, digests = ledger.LedgerKind.RECTIFICATION, subject_of_user(user.pk).digests()
        ledger.note(kind=kind, request_id=request_id, digests=digests)
        ledger.write_out()
        forget_after(0)
        reapply.reapply(lambda _done: None)

    def test_staff_are_told_of_a_correction_of_which_the_backup_knows_nothing(self) -> None:
        user = make_user()
        self.corrected_in_the_lost_time(user, uuid4())
        letter = Email.objects.get(subject__contains="gone with the backup")
        assert f"/admin/accounts/user/{user.pk}/change/" in letter.message
        assert user.email not in letter.message

    def test_a_request_that_the_backup_knows_is_simply_decided_again(self) -> None:
        user = make_person()
        request = filed(user, {"name": "Anne"})
        self.corrected_in_the_lost_time(user, request.pk)
        assert not Email.objects.filter(subject__contains="gone with the backup").exists()
        decided(request, name=ACCEPT)
        deciding.approve(request_id=request.pk, actor=staff_actor())


@pytest.mark.django_db
def test_only_what_was_accepted_can_be_marked_as_carried_out_and_a_refusal_has_words() -> None:
    request = filed(make_person(), {"name": "Anne"})
    with pytest.raises(Exception, match="applied_when_accepted"):
        Proposal.objects.filter(request=request).update(applied_at="2027-01-01T00:00Z")
