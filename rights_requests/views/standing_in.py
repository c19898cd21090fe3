"""Doors to ask for someone else: who and for whom, what, and what shows that one may; one question per page."""

from dataclasses import replace

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from privacy import limits
from privacy.uploads.arriving import receives_files
from privacy.uploads.limits import DEFAULT
from privacy.vocabulary import Right
from rights_requests import drafts
from rights_requests.errors import RequestError
from rights_requests.people import has_account, party, party_required
from rights_requests.questions import for_someone
from rights_requests.services import standing_in
from rights_requests.services.filing import FilingResult
from rights_requests.services.standing_in import Mandate
from rights_requests.vocabulary import RequesterRole

SLOT = drafts.FOR_SOMEONE


@party_required
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: HttpRequest) -> HttpResponse:
    """Who asks, for whom, and for what."""
    earlier = drafts.any_unsent(request.session, slot=SLOT)
    form = for_someone.WhoForm(
        request.POST or None, party=party(request), initial=earlier.answers["who"] if earlier else {}
    )
    if request.method == "POST" and form.is_valid():
        right = Right(form.cleaned_data["right"])
        drafts.write(request.session, right, slot=SLOT, who=form.answers(), asked={})
        return redirect("rights_requests:for_someone_what", right=right)
    refused = [(right.label, why) for right, why in for_someone.NOT_FOR_OTHERS.items()]
    return render(request, "rights_requests/for_someone.html", {"form": form, "refused": refused})


@party_required
@require_http_methods(["GET", "HEAD", "POST"])
def what(request: HttpRequest, right: str) -> HttpResponse:
    """The question of the right that was chosen."""
    draft = _draft(request, right)
    if draft is None or draft.sent:
        return redirect("rights_requests:for_someone")
    form = for_someone.FORMS[draft.right](request.POST or None, party=party(request), initial=draft.answers["asked"])
    if request.method == "POST" and form.is_valid():
        drafts.write(request.session, draft.right, slot=SLOT, who=draft.answers["who"], asked=form.answers())
        return redirect("rights_requests:for_someone_check", right=draft.right)
    context = {"form": form, "right": draft.right, "who": draft.answers["who"]}
    return render(request, "rights_requests/for_someone_what.html", context)


@party_required
@reauthentication_required(enabled=has_account)
@receives_files(files=1, bytes_each=DEFAULT.file_bytes)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, right: str) -> HttpResponseBase:
    """The answers to be checked, and what shows that one may ask; sending twice leads to the same request."""
    draft = _draft(request, right)
    if draft is not None and draft.sent:
        return redirect("rights_requests:sent", reference=draft.reference)
    if draft is None or not draft.answers["asked"]:
        return redirect("rights_requests:for_someone")
    role = RequesterRole(draft.answers["who"]["role"])
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = for_someone.MandateForm(*posted, party=party(request), role=role, initial={"key": draft.key})
    if request.method == "POST" and not limits.allows(request, "file"):
        return render(request, "429.html", status=429)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["key"] == draft.key:
            return _send(request, draft, form)
        messages.warning(request, _("Your answers were changed in another window. Check them again before you send."))
        return redirect("rights_requests:for_someone_check", right=draft.right)
    return render(request, "rights_requests/for_someone_check.html", _shown(draft, form))


def _send(request: HttpRequest, draft: drafts.Draft, form: for_someone.MandateForm) -> HttpResponse:
    try:
        result = _filed(request, draft, form)
    except RequestError as error:
        form.add_error(None, str(error.message))
        return render(request, "rights_requests/for_someone_check.html", _shown(draft, form), status=409)
    drafts.mark_sent(request.session, draft, result.request.reference, slot=SLOT)
    if not (result.created or result.same_key):
        messages.info(request, _("You had already asked for this. This is your first request; nothing was sent twice."))
    return redirect("rights_requests:sent", reference=result.request.reference)


def _filed(request: HttpRequest, draft: drafts.Draft, form: for_someone.MandateForm) -> FilingResult:
    given, signed = draft.answers["who"], form.cleaned_data.get("signed", "")
    return standing_in.ask(
        party=party(request),
        role=RequesterRole(given["role"]),
        name=given["name"],
        address=given["email"],
        asked=replace(for_someone.asked(draft.right, given, draft.answers["asked"]), language=get_language() or ""),
        mandate=Mandate(form.file, for_someone.statement(given) if signed else "", signed),
        key=draft.key,
    )


def _shown(draft: drafts.Draft, form: for_someone.MandateForm) -> dict[str, object]:
    given = draft.answers["who"]
    what_url = reverse("rights_requests:for_someone_what", kwargs={"right": draft.right})
    urls = (reverse("rights_requests:for_someone"), what_url)
    return {
        "form": form,
        "draft": draft,
        "rows": for_someone.rows(draft.right, given, draft.answers["asked"], urls),
        "statement": for_someone.statement(given) if form.role == RequesterRole.AGENT else "",
    }


def _draft(request: HttpRequest, name: str) -> drafts.Draft | None:
    try:
        right = Right(name)
    except ValueError as error:
        raise Http404 from error
    if right not in for_someone.FORMS:
        raise Http404
    return drafts.read(request.session, right, slot=SLOT)
