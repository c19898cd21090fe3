"""What staff leave out of a copy is nowhere in it, whatever it has become; the person is told how much, and why."""

import json
import zipfile
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError
from jsonschema import Draft202012Validator
from post_office.models import Email

from accounts.models import Enrolment, Profile, User
from privacy.data_map.registry import registry
from privacy.models import AuditEntry
from privacy.package.columns import columns_of
from privacy.package.manifest import values_by_reason
from privacy.package.open import plaintext
from privacy.package.redactions import Redaction as Redacted
from privacy.package.redactions import Why, redacted
from privacy.package.seal import unwrap_key
from privacy.vocabulary import Right
from rights_requests.errors import (
    LeftOutAlready,
    NotAllowed,
    NotFound,
    NothingTicked,
    ReasonNeeded,
    RedactionsChanged,
    RequestError,
    TermTooShort,
    ToldAfterAll,
    ValueGone,
    WrongState,
)
from rights_requests.fulfilment import access, package_files
from rights_requests.models import Redaction, RightsRequest, State
from rights_requests.services import deciding, merging, redacting
from rights_requests.services.redacting import Spot
from rights_requests.vocabulary import RedactionReason
from tests.factories import make_enrolment, make_message, make_user
from tests.holdings import FACTORIES
from tests.rights_requests.browsing import browser_of, said
from tests.rights_requests.scenario import at_once, filed, make_due, run, staff_actor, subject_actor
from tests.rights_requests.test_merging import by_an_agent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P5.1")]

WHY: dict[str, Any] = {"reason": RedactionReason.RIGHTS_OF_OTHERS, "text": "It would show who complained."}


@pytest.fixture
def user() -> User:
    return make_user()


def profile(user: User, **values: str) -> Profile:
    found, _made = Profile.objects.update_or_create(user=user, defaults=values)
    return found


def spot(user: User, field: str) -> Spot:
    return Spot("accounts-profile", field, str(user.pk))


def copy_of(request: RightsRequest) -> dict[str, bytes]:
    """Every file of the finished copy, approved by another person and built by the job."""
    deciding.approve(request_id=request.pk, actor=staff_actor())
    package = run(request).package
    content = b"".join(plaintext(package_files.path_of(package), unwrap_key(package.key.wrapped)))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def files_with(text: str, files: dict[str, bytes]) -> list[str]:
    return [name for name, content in files.items() if text.lower() in content.decode().lower()]


def row(files: dict[str, bytes], slug: str) -> dict[str, Any]:
    return dict(json.loads(files[f"data/{slug}.jsonl"].splitlines()[0]))


def test_a_value_that_is_left_out_is_in_no_file_even_when_it_has_become_another(user: User) -> None:
    canary, later = f"canary{uuid4().hex[:8]}", f"later{uuid4().hex[:8]}"
    profile(user, name=canary, position="Buyer")
    request = filed(user)
    redacting.leave_out_values(request_id=request.pk, actor=staff_actor(), spots=[spot(user, "name")], **WHY)
    Profile.objects.filter(user=user).update(name=later)

    files = copy_of(request)

    assert files_with(canary, files) == files_with(later, files) == []
    assert row(files, "accounts-profile")["name"] == "[left out: rights_of_others]"
    assert row(files, "accounts-profile")["position"] == "Buyer"
    assert b"[left out: rights_of_others]" in files["csv/accounts-profile.csv"]
    assert b"FN:[left out: rights_of_others]" in files["profile.vcf"]
    index = files["index.html"].decode()
    assert "[left out: the rights of another person (Art. 15(4) and 20(4) GDPR)]" in index
    assert "It would show who complained." in index
    manifest = json.loads(files["manifest.json"])
    (omission,) = [found for found in manifest["omissions"] if found["code"] == "left_out"]
    assert (omission["reason"], omission["count"]) == ("rights_of_others", 1)
    assert omission["values"] == {"accounts-profile": 1}


def test_the_person_is_told_by_mail_and_on_the_page_how_much_and_why(user: User) -> None:
    profile(user, name="Ada", position="Buyer")
    request, own = filed(user), browser_of(user)
    spots = [spot(user, "name"), spot(user, "position")]
    redacting.leave_out_values(request_id=request.pk, actor=staff_actor(), spots=spots, **WHY)
    assert "who complained" not in said(own.get(f"/requests/{request.reference}/"))
    copy_of(request)
    page = said(own.get(f"/requests/{request.reference}/"))
    assert "We left single values out. The rest of your copy is whole." in page
    assert "2 values The rights of another person" in page
    assert "It would show who complained." in page
    assert "complain to the" in page
    letter = Email.objects.filter(to=user.email).latest("id").message
    assert "We left out 2 values" in letter
    assert "or go to court" in letter


# By term, how somebody else may have written it.
WRITTEN = {
    "Zoë  Müller-Grün ": [
        "Zoë Müller-Grün",
        "ZOË MÜLLER GRÜN",
        "zoe\u0308 mu\u0308ller\u00a0gru\u0308n",
        "Zoë\n  Müller‑Grün",
    ],
    "+33 6 12 34 56 78": ["33.6.12.34.56.78", "33 (6) 12-34/56 78"],
    "0498765432": ["٠٤ ٩٨٧٦ ٥٤٣٢"],
    "محمد علي": ["مُحَمَّد  علي"],
    "O'Brien": ["o’brien"],
    "eve@example.org": ["Eve@Example.ORG"],
    r"a\b'c": [r"A\B’C"],
    "100% (x)": ["100%  (X)"],
}


def test_somebody_else_is_left_out_however_they_are_written(user: User) -> None:
    request, staff = filed(user), staff_actor()
    for term, written in WRITTEN.items():
        for text in written:
            make_message(user.email, text=f"Yesterday {text} called me.")
        redacting.leave_out_term(request_id=request.pk, actor=staff, term=term, spots=None, **WHY)
    files = copy_of(request)
    lines = files["data/visitors-contactmessage.jsonl"].splitlines()
    assert {json.loads(line)["text"] for line in lines} == {"Yesterday [left out: rights_of_others] called me."}
    assert len(lines) == sum(map(len, WRITTEN.values()))
    assert [text for written in WRITTEN.values() for text in written if files_with(text, files)] == []


def test_what_is_written_after_the_look_is_reached_too_and_nothing_shows_it_in_attributes(user: User) -> None:
    enrolled = make_enrolment(user=user)
    Enrolment.objects.filter(pk=enrolled.pk).update(attributes={"chief": 'the "Eve"\nMallory', "shift": "early"})
    request = filed(user)
    redacting.leave_out_term(request_id=request.pk, actor=staff_actor(), term="eve mallory", spots=None, **WHY)
    redacting.leave_out_term(request_id=request.pk, actor=staff_actor(), term='"eve" mallory', spots=None, **WHY)
    make_message(user.email, text="EVE MALLORY again, and left.")
    files = copy_of(request)
    assert files_with("mallory", files) == []
    # No plain text: the value goes as a whole, for what is cut out of it would break it.
    assert row(files, "accounts-enrolment")["attributes"] == "[left out: rights_of_others]"
    assert row(files, "visitors-contactmessage")["text"] == "[left out: rights_of_others] again, and left."


def test_a_term_is_left_out_of_the_chosen_places_alone_and_not_within_another_mark(user: User) -> None:
    first = make_message(user.email, text="Rose left.")
    make_message(user.email, text="A rose for left.")
    request, staff = filed(user), staff_actor()
    spots = [Spot("visitors-contactmessage", "text", str(first.pk))]
    redacting.leave_out_term(request_id=request.pk, actor=staff, term="rose", spots=spots, **WHY)
    secret = {"reason": RedactionReason.TRADE_SECRET, "text": "A way of ours."}
    redacting.leave_out_term(request_id=request.pk, actor=staff, term="left", spots=spots, **secret)
    files = copy_of(request)
    texts = {json.loads(line)["text"] for line in files["data/visitors-contactmessage.jsonl"].splitlines()}
    assert texts == {"[left out: rights_of_others] [left out: trade_secret].", "A rose for left."}


def test_where_nothing_matches_any_more_nothing_is_told(user: User) -> None:
    message = make_message(user.email, text="Eve called.")
    request = filed(user)
    spots = [Spot("visitors-contactmessage", "text", str(message.pk))]
    redacting.leave_out_values(request_id=request.pk, actor=staff_actor(), spots=spots, **WHY)
    message.delete()
    files = copy_of(request)
    assert [one for one in json.loads(files["manifest.json"])["omissions"] if one["code"] == "left_out"] == []
    assert "left single values out" not in said(browser_of(user).get(f"/requests/{request.reference}/"))


def test_the_copy_keeps_its_own_schema_whatever_kind_of_value_goes(user: User) -> None:
    fields = ("is_active", "joined_at", "email")
    (choice,) = FACTORIES["consent.consentevent"](user, "canary")
    request = filed(user)
    spots = [Spot("accounts-user", name, str(user.pk)) for name in fields]
    spots += [Spot("consent-consentevent", name, str(choice.pk)) for name in ("occurred_at", "states")]
    redacting.leave_out_values(request_id=request.pk, actor=staff_actor(), spots=spots, **WHY)
    files = copy_of(request)
    schema = json.loads(files["schema.json"])
    for slug in ("accounts-user", "consent-consentevent", "rights_requests-redaction"):
        Draft202012Validator({"$ref": f"#/$defs/{slug}", "$defs": schema["$defs"]}).validate(row(files, slug))
    mark, line = "[left out: rights_of_others]", row(files, "accounts-user")
    assert {line[name] for name in fields} == {mark}
    # The further files of a holding tell of its rows too, so they are not there.
    assert row(files, "consent-consentevent")["states"] == mark
    assert "consent/receipts.jsonld" not in files
    omissions = {found["code"]: found for found in json.loads(files["manifest.json"])["omissions"]}
    assert omissions["left_out_files"]["files"] == ["consent/receipts.jsonld"]
    own = row(files, "rights_requests-redaction")
    assert (own["text"], own["term"]) == (WHY["text"], "")


def test_another_persons_copy_is_whole_and_another_persons_row_cannot_be_named(user: User) -> None:
    other = make_user()
    profile(user, name="Ada")
    profile(other, name="Bob")
    request, staff = filed(user), staff_actor()
    with pytest.raises(ValueGone):
        redacting.leave_out_values(request_id=request.pk, actor=staff, spots=[spot(other, "name")], **WHY)
    redacting.leave_out_term(request_id=request.pk, actor=staff, term="Bob", spots=None, **WHY)
    assert row(copy_of(filed(other)), "accounts-profile")["name"] == "Bob"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"spots": []}, NothingTicked),
        ({"text": " "}, ReasonNeeded),
        ({"reason": "whim"}, ReasonNeeded),
        ({"text": "We hide marmalade."}, ToldAfterAll),
        ({"spots": [Spot("accounts-profile", "user", "1")]}, ValueGone),
        ({"spots": [Spot("accounts-customer", "name", "1")]}, ValueGone),
        ({"spots": [Spot("nothing", "name", "1'; --")]}, ValueGone),
    ],
)
def test_what_is_wrong_is_said_in_words(user: User, change: dict[str, Any], error: type[RequestError]) -> None:
    profile(user, name="Marmalade")
    asked = {"request_id": filed(user).pk, "actor": staff_actor(), "spots": [spot(user, "name")], **WHY}
    with pytest.raises(error):
        redacting.leave_out_values(**{**asked, **change})
    assert not Redaction.objects.exists()


def test_a_term_is_long_enough_and_not_in_the_words_to_the_person(user: User) -> None:
    asked: dict[str, Any] = {"request_id": filed(user).pk, "actor": staff_actor(), "spots": None, **WHY}
    for term in ("", "a", "--", " \x00 "):
        with pytest.raises(TermTooShort):
            redacting.leave_out_term(term=term, **asked)
    with pytest.raises(ToldAfterAll):
        redacting.leave_out_term(term="Eve", **{**asked, "text": "EVE asked us to."})


def test_only_staff_only_before_the_approval_and_never_twice(user: User) -> None:
    profile(user, name="Ada")
    request, staff = filed(user), staff_actor()
    asked: dict[str, Any] = {"request_id": request.pk, "spots": [spot(user, "name")], **WHY}
    with pytest.raises(NotAllowed):
        redacting.leave_out_values(actor=subject_actor(user), **asked)
    redacting.leave_out_values(actor=staff, **asked)
    with pytest.raises(LeftOutAlready):
        redacting.leave_out_values(actor=staff, **asked)
    made = Redaction.objects.get()
    deciding.approve(request_id=request.pk, actor=staff)
    with pytest.raises(WrongState):
        redacting.leave_out_values(actor=staff, **{**asked, "spots": [spot(user, "position")]})
    with pytest.raises(WrongState):
        redacting.put_back(request_id=request.pk, actor=staff, redaction_id=made.pk)
    erasure = filed(make_user(), Right.ERASURE)
    with pytest.raises(WrongState):
        redacting.leave_out_term(actor=staff, term="Eve", **{**asked, "request_id": erasure.pk, "spots": None})


def test_undone_it_is_back_in_the_copy_and_the_audit_holds_no_value(user: User) -> None:
    profile(user, name="Marmalade")
    request, staff = filed(user), staff_actor()
    redacting.leave_out_values(request_id=request.pk, actor=staff, spots=[spot(user, "name")], **WHY)
    redacting.leave_out_term(request_id=request.pk, actor=staff, term="Marmalade", spots=None, **WHY)
    for made in Redaction.objects.all():
        redacting.put_back(request_id=request.pk, actor=staff, redaction_id=made.pk)
    with pytest.raises(NotFound):
        redacting.put_back(request_id=request.pk, actor=staff, redaction_id=uuid4())
    assert row(copy_of(request), "accounts-profile")["name"] == "Marmalade"
    entries = AuditEntry.objects.filter(event__startswith="redaction.")
    assert sorted(entry.event for entry in entries) == ["redaction.made"] * 2 + ["redaction.undone"] * 2
    assert "armalade" not in json.dumps([entry.data for entry in entries])


def test_what_a_duplicate_left_out_is_left_out_of_the_copy_under_which_it_goes_on(user: User) -> None:
    first, second, staff = filed(user), by_an_agent(user.email), staff_actor()
    for request, terms in ((first, ("Eve",)), (second, ("Eve", "Mallory"))):
        for term in terms:
            redacting.leave_out_term(request_id=request.pk, actor=staff, term=term, spots=None, **WHY)
    merging.link_duplicate(request_id=second.pk, actor=staff, reference=first.reference)
    assert set(first.redactions.values_list("term", flat=True)) == {"Eve", "Mallory"}


def test_a_build_that_died_leaves_it_out_the_next_time(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    profile(user, name="Marmalade")
    request = filed(user)
    redacting.leave_out_values(request_id=request.pk, actor=staff_actor(), spots=[spot(user, "name")], **WHY)
    deciding.approve(request_id=request.pk, actor=staff_actor())

    def dies(**_about: Any) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as once:
        once.setattr(access, "build_package", dies)
        assert run(request).state == State.RUNNING
    make_due(request)
    package = run(request).package
    assert values_by_reason(package.manifest) == {"rights_of_others": 1}


def test_a_copy_of_which_nothing_is_left_out_is_read_by_the_columns_that_all_share() -> None:
    holding = registry.holdings["visitors.contactmessage"]
    elsewhere = Redacted(Why("security", "", ""), "accounts-profile", "1", "name")
    assert redacted(holding, columns_of(holding), ()) is columns_of(holding)
    assert redacted(holding, columns_of(holding), (elsewhere,)) is columns_of(holding)


def test_of_two_who_leave_the_same_out_at_once_the_second_is_told(user: User) -> None:
    profile(user, name="Ada")
    request, staff = filed(user), [staff_actor(), staff_actor()]

    def leave_out(number: int) -> type[Exception] | int:
        try:
            return redacting.leave_out_values(
                request_id=request.pk, actor=staff[number], spots=[spot(user, "name")], **WHY
            )
        except RequestError as error:
            return type(error)

    assert sorted(map(str, at_once(2, leave_out))) == ["1", str(LeftOutAlready)]


def test_whoever_approves_is_told_when_a_colleague_put_something_back_meanwhile(user: User) -> None:
    profile(user, name="Ada")
    request, staff = filed(user), staff_actor()
    redacting.leave_out_values(request_id=request.pk, actor=staff, spots=[spot(user, "name")], **WHY)
    seen = redacting.fingerprint(request.pk)
    redacting.put_back(request_id=request.pk, actor=staff, redaction_id=Redaction.objects.get().pk)
    with pytest.raises(RedactionsChanged):
        deciding.approve(request_id=request.pk, actor=staff, left_out=seen)
    assert RightsRequest.objects.get(pk=request.pk).state == State.RECEIVED
    deciding.approve(request_id=request.pk, actor=staff, left_out=redacting.fingerprint(request.pk))


@pytest.mark.parametrize(
    "wrong",
    [
        {"holding": "", "row_key": "1", "field": "name", "term": ""},
        {"holding": "", "row_key": "", "field": "", "term": ""},
        {"reason": "whim"},
        {"text": ""},
    ],
)
def test_the_database_refuses_what_makes_no_sense(user: User, wrong: dict[str, str]) -> None:
    sound = {"holding": "accounts-profile", "row_key": "1", "field": "name", "term": "", **WHY}
    with pytest.raises(IntegrityError):
        Redaction.objects.create(request=filed(user), **{**sound, **wrong})
