"""Whose data a request is about, and where letters about it go: by account, or by identifiers sealed on the request."""

from dataclasses import replace

from django.contrib.auth import get_user_model

from privacy.data_map.subject import Subject, subject_of_email, subject_of_user
from privacy.digests import keyed_digests
from rights_requests.contact import open_contact, open_person, open_requester
from rights_requests.errors import WrongState
from rights_requests.models import RightsRequest
from rights_requests.vocabulary import STAND_IN, Channel


class SubjectGone(WrongState):
    """Nobody is known any more whom the request is about: their data was erased."""


def subject_of(request: RightsRequest) -> Subject:
    """The data subject, by every identifier that is verified now; raises SubjectGone when nothing is known any more.

    Beside an account, sealed identifiers are those of another request that was linked to this one.
    """
    if request.subject_user_id is not None:
        found = subject_of_user(request.subject_user_id)
        return both(found, open_person(request.subject_sealed, request.pk)) if request.subject_sealed else found
    if request.subject_sealed is not None:
        return open_person(request.subject_sealed, request.pk)
    raise SubjectGone


def both(one: Subject, other: Subject) -> Subject:
    """One person by the identifiers of two subjects; the account is that of the first."""
    return replace(
        one,
        emails=one.emails | other.emails,
        phones=one.phones | other.phones,
        visitor_refs=one.visitor_refs | other.visitor_refs,
        left=one.left - other.emails,
    )


def everything_of(request: RightsRequest) -> Subject | None:
    """The data subject as widely as they are known, through the account of a sealed address too; None when gone."""
    try:
        subject = subject_of(request)
    except SubjectGone:
        return None
    if subject.user_id is None:
        return next((found for found in map(subject_of_email, subject.values("email")) if found.user_id), subject)
    return subject


def known(request: RightsRequest) -> bool:
    """Whether there still is somebody to answer: after an erasure of the same person there is not."""
    return request.subject_user_id is not None or request.subject_sealed is not None


def address_of_subject(request: RightsRequest) -> str:
    """The address of the data subject; raises SubjectGone when there is none."""
    if request.subject_user_id is not None:
        accounts = get_user_model().objects.filter(pk=request.subject_user_id)
        found = accounts.values_list("email", flat=True).first()
        if found:
            return str(found)
    elif request.subject_sealed is not None and (emails := open_person(request.subject_sealed, request.pk).emails):
        # The one that was asked by, where others were added when a second request was linked to this one.
        return next((found for found in emails if request.subject_digest in keyed_digests("email", found)), min(emails))
    raise SubjectGone


def address_of(request: RightsRequest) -> str:
    """Where answers go: to whoever asks, which is the data subject unless an agent or guardian does.

    Empty for somebody who is reached by letter or telephone only: staff are asked to answer them then.
    Never to a reporter: whether we know the child is nothing that a stranger may learn.
    """
    if is_by_post(request):
        return ""
    if request.subject_user_id is None and request.contact_sealed is not None:
        # From the approval of an erasure on; the account may be gone by now.
        return open_contact(request.contact_sealed, request.pk).partition("\n")[0]
    if request.requester_role in STAND_IN and request.requester_sealed is not None:
        return str(open_requester(request.requester_sealed, request.pk)["email"])
    return address_of_subject(request)


def addresses_to_tell(request: RightsRequest) -> list[str]:
    """Who is told that all is done: whoever asked, and the data subject where that is somebody else."""
    if is_by_post(request):
        return []
    return list(dict.fromkeys((address_of(request), address_of_subject(request))))


def is_by_post(request: RightsRequest) -> bool:
    """Whether whoever asks is reached by letter or telephone only: staff took their request in without an address."""
    if request.channel == Channel.PORTAL or request.subject_user_id is not None:
        return False
    if request.requester_role in STAND_IN or request.subject_sealed is None:
        return False
    return not open_person(request.subject_sealed, request.pk).emails


def requester_of(request: RightsRequest) -> dict[str, str]:
    """What an agent, guardian or reporter said of themselves: `name` and `email`; empty for everybody else."""
    return open_requester(request.requester_sealed, request.pk) if request.requester_sealed is not None else {}


def name_of_asker(request: RightsRequest) -> str:
    """The name that an agent, guardian or reporter gave; empty where there is none."""
    return str(requester_of(request).get("name", ""))
