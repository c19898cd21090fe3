"""Refusing a part of a copy: it is left out everywhere, and its reason is told in the copy, by mail and on the page."""

import zipfile
from io import BytesIO

import pytest
from post_office.models import Email

from accounts.models import User
from privacy.package.open import plaintext
from privacy.package.seal import unwrap_key
from privacy.vocabulary import Right
from rights_requests.errors import NotAllowed, NotFound, OwnRequest, ReasonNeeded, WrongState
from rights_requests.fulfilment import package_files
from rights_requests.models import RefusalReason, RightsRequest
from rights_requests.services import deciding, parting
from tests.factories import make_user
from tests.rights_requests.browsing import browser_of, said
from tests.rights_requests.desk import act_url, browser, make_colleague
from tests.rights_requests.scenario import filed, run, staff_actor, subject_actor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.promise("P5.1")]

PART = {"holding": "accounts-profile", "reason": RefusalReason.RIGHTS_OF_OTHERS, "text": "It speaks of a colleague."}


@pytest.fixture
def user() -> User:
    return make_user()


def test_a_refused_part_is_left_out_and_told_in_the_copy_by_mail_and_on_the_page(user: User) -> None:
    request, desk = filed(user), browser(make_colleague())
    done = desk.post(act_url(request, "leave-out"), PART, follow=True)
    assert "This part is left out." in said(done)
    deciding.approve(request_id=request.pk, actor=staff_actor())
    package = run(request).package
    content = b"".join(plaintext(package_files.path_of(package), unwrap_key(package.key.wrapped)))
    copy = zipfile.ZipFile(BytesIO(content))
    assert not [name for name in copy.namelist() if "accounts-profile" in name]
    assert [name for name in copy.namelist() if "accounts-user" in name]
    (omission,) = [found for found in package.manifest["omissions"] if found["code"] == "refused"]
    assert (omission["holding"], "It speaks of a colleague." in omission["text"]) == ("accounts-profile", True)
    assert "It speaks of a colleague." in copy.read("index.html").decode()
    assert "A part is left out" in Email.objects.filter(to=user.email).latest("id").message
    page = said(browser_of(user).get(f"/requests/{request.reference}/"))
    assert "What is not in your copy" in page
    assert "It speaks of a colleague." in page


def test_what_is_wrong_with_it_is_told_in_words(user: User) -> None:
    request, desk = filed(user), browser(make_colleague())
    page = said(desk.post(act_url(request, "leave-out"), {"holding": "", "reason": "", "text": ""}))
    assert "Choose the part." in page
    assert "Explain to the person why this part is refused." in page


@pytest.mark.parametrize(
    ("change", "error"),
    [({"holding": "nothing-such"}, NotFound), ({"text": " "}, ReasonNeeded), ({"reason": "whim"}, ReasonNeeded)],
)
def test_only_a_part_of_the_plan_with_a_reason_of_the_law(
    user: User, change: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        parting.leave_out(request_id=filed(user).pk, actor=staff_actor(), **{**PART, **change})


def test_not_twice_not_too_late_and_not_by_anyone(user: User) -> None:
    request, staff = filed(user), staff_actor()
    with pytest.raises(NotAllowed):
        parting.leave_out(request_id=request.pk, actor=subject_actor(user), **PART)
    parting.leave_out(request_id=request.pk, actor=staff, **PART)
    with pytest.raises(WrongState):
        parting.leave_out(request_id=request.pk, actor=staff, **PART)
    deciding.approve(request_id=request.pk, actor=staff)
    with pytest.raises(WrongState):
        parting.leave_out(request_id=request.pk, actor=staff, **{**PART, "holding": "accounts-user"})
    with pytest.raises(WrongState):
        parting.leave_out(request_id=filed(user, Right.RESTRICTION).pk, actor=staff, **PART)


def test_of_a_copy_that_was_refused_we_do_not_say_that_its_rest_is_whole(user: User) -> None:
    request, whole = filed(user), "The rest of your copy is whole."
    parting.leave_out(request_id=request.pk, actor=staff_actor(), **PART)
    page, own = f"/requests/{request.reference}/", browser_of(user)
    assert whole in said(own.get(page))
    deciding.refuse(request_id=request.pk, actor=staff_actor(), reason=RefusalReason.EXCESSIVE, text="Again.")
    shown = said(own.get(page))
    assert (whole in shown, "We refused a part before your request ended." in shown) == (False, True)
    assert "It speaks of a colleague." in shown


def test_never_on_ones_own_request() -> None:
    colleague = make_colleague()
    request = RightsRequest.objects.get(pk=filed(colleague).pk)
    with pytest.raises(OwnRequest):
        parting.leave_out(request_id=request.pk, actor=subject_actor(colleague).staff(colleague.pk), **PART)
