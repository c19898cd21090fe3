"""Whom a request is about, in words: with or without an account, asked for by another, or gone by now."""

from django.utils.translation import gettext as _

from privacy.inert import inert
from rights_requests.contact import open_person
from rights_requests.models import RightsRequest
from rights_requests.subjects import is_by_post
from rights_requests.vocabulary import STAND_IN, RequesterRole


def person(filed: RightsRequest) -> str:
    """Whose data it is: the address, or in words why there is none. No query for a request from `queue.listed`.

    A child that somebody reported is not named in a list: whether we know them is for whoever works on it.
    """
    if filed.requester_role == RequesterRole.REPORTER:
        return _("a child, reported to us")
    return named(filed)


def asked_by(filed: RightsRequest) -> str:
    """In a few words who asks, where that is not the data subject; empty where it is."""
    return _("asked for by somebody else") if filed.requester_role in STAND_IN else ""


def named(filed: RightsRequest) -> str:
    """The same for whoever works on the request: a child too, and every address where requests were linked."""
    if filed.subject_user is not None:
        return inert(str(filed.subject_user))
    if filed.subject_sealed is None:
        return _("erased, no longer known")
    if is_by_post(filed):
        return _("by letter or telephone")
    return inert(", ".join(sorted(open_person(filed.subject_sealed, filed.pk).emails))) or _("no address")
