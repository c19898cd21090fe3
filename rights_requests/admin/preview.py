"""The staff's door to a copy before it is made: look at it, leave something out with a reason, put it back."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from privacy.admin_base import staff_actor
from privacy.data_map.declarations import Holding
from privacy.desk_pages import page_answer
from privacy.package.contents import described
from rights_requests.desk import powers, previewing
from rights_requests.desk.previewing import LeaveTermOutForm, ReasonForm, TermForm
from rights_requests.errors import RequestError
from rights_requests.models import RightsRequest
from rights_requests.services import redacting

NAME = "rights_requests_rightsrequest_preview"
_FOLDER = "admin/rights_requests/rightsrequest/preview"


def preview_urls(site: AdminSite) -> list[URLPattern]:
    """The pages of a copy before it is made, below the address of its request."""
    here = "<uuid:request_id>/preview/"
    return [
        path(here, site.admin_view(parts_view), name=NAME),
        path(f"{here}in/<slug:holding>/", site.admin_view(entries_view), name=f"{NAME}_entries"),
        path(f"{here}search/", site.admin_view(search_view), name=f"{NAME}_search"),
        path(f"{here}leave-out/", site.admin_view(leave_out_view), name=f"{NAME}_leave_out"),
        path(f"{here}put-back/", site.admin_view(put_back_view), name=f"{NAME}_put_back"),
    ]


@require_GET
def parts_view(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """What the copy is made of, what is left out of it, and the search for somebody else's name."""
    return _parts(request, _copy(request, request_id), TermForm())


@require_http_methods(["GET", "POST"])
def entries_view(request: HttpRequest, request_id: UUID, holding: str) -> HttpResponse:
    """A page of the entries of one holding; what is ticked is left out with a reason."""
    filed = _copy(request, request_id)
    found = previewing.holding_of(filed, holding)
    if found is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None, auto_id="id_leave_out_%s")
    if form.is_valid():
        try:
            _leave_out_values(request, filed, form)
            return redirect(f"{request.path}?{urlencode({'after': _after(request)})}")
        except RequestError as error:
            form.add_error(None, error.message)
    return _entries(request, filed, found, form)


@require_POST
def search_view(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Every place where a term stands; sent, never in an address, since it names somebody."""
    filed = _copy(request, request_id)
    form = TermForm(request.POST)
    if not form.is_valid():
        return _parts(request, filed, form)
    term = form.cleaned_data["term"]
    return _found(request, filed, term, LeaveTermOutForm(initial={"term": term}))


@require_POST
def leave_out_view(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Leave a term out, in the places that were ticked or everywhere."""
    filed = _copy(request, request_id)
    form, sent = LeaveTermOutForm(request.POST), TermForm(request.POST)
    if not sent.is_valid():
        return _parts(request, filed, sent)
    if form.is_valid():
        try:
            _leave_out_term(request, filed, form)
            return redirect(preview_url(filed))
        except RequestError as error:
            form.add_error(None, error.message)
    return _found(request, filed, sent.cleaned_data["term"], form)


@require_POST
def put_back_view(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Take one redaction back; what cannot be taken back any more is said."""
    filed = _copy(request, request_id)
    try:
        chosen = UUID(request.POST.get("redaction", ""))
    except ValueError as error:
        raise Http404 from error
    try:
        redacting.put_back(request_id=filed.pk, actor=staff_actor(request), redaction_id=chosen)
        messages.success(request, _("It stands in the copy again."))
    except RequestError as error:
        messages.error(request, str(error.message))
    return redirect(preview_url(filed))


def preview_url(filed: RightsRequest) -> str:
    """The address of the copy before it is made."""
    return reverse(f"admin:{NAME}", args=[filed.pk])


def _copy(request: HttpRequest, request_id: UUID) -> RightsRequest:
    """The request of a copy that can be looked at, for whoever may decide and has just proved who they are.

    Raises PermissionDenied, Http404, and allauth's ReauthenticationRequired.
    """
    if not powers.may_decide(request.user):
        raise PermissionDenied
    filed = RightsRequest.objects.filter(pk=request_id).first()
    if filed is None:
        raise Http404
    if request.user.pk in {filed.subject_user_id, filed.requester_id}:
        raise PermissionDenied
    if not previewing.is_open_to(filed, request.user):
        raise Http404
    _ask_again_who_it_is(request)
    return filed


def _parts(request: HttpRequest, filed: RightsRequest, form: TermForm) -> HttpResponse:
    parts = previewing.parts(filed)
    redacting.record_look(request=filed, actor=staff_actor(request), slug="", count=0)
    context = {"parts": parts, "form": form, "search_url": reverse(f"admin:{NAME}_search", args=[filed.pk])}
    return _page(request, filed, "parts.html", context, wrong=form.is_bound)


def _entries(request: HttpRequest, filed: RightsRequest, holding: type[Holding], form: ReasonForm) -> HttpResponse:
    try:
        page = previewing.entries(filed, holding, _after(request))
    except ValueError as error:
        raise Http404 from error
    redacting.record_look(request=filed, actor=staff_actor(request), slug=holding.slug(), count=len(page.entries))
    context = {
        "holding": holding.slug(),
        "after": _after(request),
        "title": described(holding).title,
        "page": page,
        "form": form,
    }
    return _page(request, filed, "entries.html", context, wrong=form.is_bound)


def _after(request: HttpRequest) -> str:
    """After which entry the page begins; sent with the form, so that one that waits for a password is kept whole."""
    return request.POST.get("after", request.GET.get("after", ""))


def _found(request: HttpRequest, filed: RightsRequest, term: str, form: LeaveTermOutForm) -> HttpResponse:
    found = previewing.found(filed, term)
    shown = sum(len(one.places) for one in found)
    redacting.record_look(request=filed, actor=staff_actor(request), slug="", count=shown)
    to = reverse(f"admin:{NAME}_leave_out", args=[filed.pk])
    context = {"term": term, "found": found, "shown": shown, "form": form, "leave_out_url": to}
    return _page(request, filed, "found.html", context, wrong=form.is_bound)


def _page(
    request: HttpRequest, filed: RightsRequest, template: str, context: dict[str, Any], *, wrong: bool
) -> HttpResponse:
    shared = {
        "filed": filed,
        "can_redact": redacting.can_redact(filed),
        "lines": previewing.lines(filed),
        "put_back_url": reverse(f"admin:{NAME}_put_back", args=[filed.pk]),
    }
    title = _("The copy before it is made")
    return page_answer(
        request, f"{_FOLDER}/{template}", {**shared, **context}, title=title, status=409 if wrong else 200
    )


def _leave_out_values(request: HttpRequest, filed: RightsRequest, form: ReasonForm) -> None:
    given = form.cleaned_data
    count = redacting.leave_out_values(
        request_id=filed.pk,
        actor=staff_actor(request),
        spots=given["spots"],
        reason=given["reason"],
        text=given["text"],
    )
    _say(request, count)


def _leave_out_term(request: HttpRequest, filed: RightsRequest, form: LeaveTermOutForm) -> None:
    given = form.cleaned_data
    count = redacting.leave_out_term(
        request_id=filed.pk,
        actor=staff_actor(request),
        term=given["term"],
        spots=None if given["everywhere"] else given["spots"],
        reason=given["reason"],
        text=given["text"],
    )
    if given["everywhere"]:
        messages.success(request, _("It is left out wherever it stands when the copy is made."))
    else:
        _say(request, count)


def _say(request: HttpRequest, count: int) -> None:
    text = ngettext("%(count)d value is left out of the copy.", "%(count)d values are left out of the copy.", count)
    messages.success(request, text % {"count": count})


@reauthentication_required
def _ask_again_who_it_is(request: HttpRequest) -> None:
    """Raise allauth's ReauthenticationRequired unless the person proved who they are a short while ago."""
