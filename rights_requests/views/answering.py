"""Doors by which a person writes about a request and takes the files of its messages; appeals of what was refused."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from privacy import limits
from privacy.uploads.arriving import receives_files
from privacy.uploads.limits import DEFAULT
from privacy.uploads.serving import file_answer
from rights_requests import part_pages, rules
from rights_requests.errors import NotFound, RequestError
from rights_requests.forms import AnswerForm, AppealForm, MessageForm, PartAppealForm
from rights_requests.models import RightsRequest
from rights_requests.people import has_account, party, party_required
from rights_requests.selectors import open_question, request_of
from rights_requests.services import appealing, evidence, messaging, part_appeals, terms
from rights_requests.vocabulary import Answer, DecisionKind

_NOTHING_OPEN = gettext_lazy("We need nothing from you at this moment. This page says where your request stands.")


@party_required
@receives_files(files=1, bytes_each=DEFAULT.file_bytes)
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, reference: str) -> HttpResponse:
    """A message about a request, with a file if there is one."""
    filed = _own(request, reference)
    if not messaging.may_write(filed):
        messages.info(request, _("This request is closed. Make a new one, or write us an e-mail."))
        return redirect("rights_requests:detail", reference=filed.reference)
    if request.FILES and not limits.allows(request, "file"):
        return render(request, "429.html", status=429)
    form = MessageForm(request.POST, request.FILES) if request.method == "POST" else MessageForm()

    def send() -> None:
        given = form.cleaned_data
        actor = party(request).actor
        messaging.write_to_us(request_id=filed.pk, actor=actor, text=given["text"], file=given["file"])

    return _done(request, filed, form, send, "write", _("Your message is with us. A person reads it."))


@party_required
@receives_files(files=1, bytes_each=DEFAULT.file_bytes)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """The answer to the question that is open, with a file if there is one."""
    filed = _own(request, reference)
    question = open_question(filed)
    if question is None or question.kind != DecisionKind.ASK or not rules.is_asker(filed, party(request).actor):
        messages.info(request, _NOTHING_OPEN)
        return redirect("rights_requests:detail", reference=filed.reference)
    if request.FILES and not limits.allows(request, "file"):
        return render(request, "429.html", status=429)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = AnswerForm(*posted, question=question)

    def send() -> None:
        given, actor = form.cleaned_data, party(request).actor
        terms.answer_question(request_id=filed.pk, actor=actor, text=given["text"], file=given.get("file"))

    said = _("Thank you. The work on your request goes on.")
    return _done(request, filed, form, send, "answer", said, question=question)


@party_required
@require_POST
def fee(request: HttpRequest, reference: str) -> HttpResponse:
    """Yes or no to a fee; pressed twice it is taken once."""
    filed = _own(request, reference)
    accepted = request.POST.get("answer") == Answer.ACCEPTED
    if request.POST.get("answer") not in {Answer.ACCEPTED, Answer.DECLINED}:
        messages.warning(request, _("Choose whether you accept the fee or decline it."))
        return redirect("rights_requests:detail", reference=filed.reference)
    try:
        terms.answer_fee(request_id=filed.pk, actor=party(request).actor, accepted=accepted)
    except RequestError:
        messages.info(request, _NOTHING_OPEN)
    else:
        yes, no = _("You accepted the fee. The work goes on."), _("You declined the fee. Nothing is charged.")
        messages.success(request, yes if accepted else no)
    return redirect("rights_requests:detail", reference=filed.reference)


@party_required
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, reference: str) -> HttpResponse:
    """Why a refusal is wrong, for somebody who did not decide it."""
    filed = _own(request, reference)
    if request.method != "POST" and not appealing.can_appeal(filed):
        messages.info(request, _("This refusal cannot be appealed any more."))
        return redirect("rights_requests:detail", reference=filed.reference)
    form = AppealForm(request.POST) if request.method == "POST" else AppealForm()

    def send() -> None:
        appealing.appeal(request_id=filed.pk, actor=party(request).actor, text=form.cleaned_data["text"])

    return _done(request, filed, form, send, "appeal", _("Your appeal is with us. A second person looks at it."))


@party_required
@require_http_methods(["GET", "HEAD", "POST"])
def appeal_part(request: HttpRequest, reference: str, holding: str) -> HttpResponse:
    """Why a part that an erasure keeps must go too, for somebody who took no part in keeping it."""
    filed = _own(request, reference)
    part = part_pages.line(filed, holding)
    if part is None:
        raise Http404
    if request.method != "POST" and not part.can_appeal:
        messages.info(request, _("That this part stays cannot be appealed any more."))
        return redirect("rights_requests:detail", reference=filed.reference)
    form = PartAppealForm(request.POST) if request.method == "POST" else PartAppealForm()

    def send() -> None:
        text, actor = form.cleaned_data["text"], party(request).actor
        part_appeals.appeal(request_id=filed.pk, actor=actor, holding=holding, text=text)

    said = _("Your appeal is with us. A second person looks at it.")
    return _done(request, filed, form, send, "appeal_part", said, part=part)


@party_required
@reauthentication_required(enabled=has_account)
@require_GET
def attachment(request: HttpRequest, reference: str, evidence_id: UUID) -> HttpResponse:
    """A file that goes with a message, theirs or ours, to whoever just showed who they are."""
    filed = _own(request, reference)
    try:
        shown = evidence.hand_over(request_id=filed.pk, evidence_id=evidence_id, actor=party(request).actor)
    except NotFound as error:
        raise Http404 from error
    except RequestError as error:
        messages.info(request, str(error.message))
        return redirect("rights_requests:detail", reference=filed.reference)
    return file_answer(shown.content, media_type=shown.media_type, name=shown.name)


def _done(
    request: HttpRequest,
    filed: RightsRequest,
    form: forms.Form,
    send: Callable[[], None],
    page: str,
    said: str,
    **shown: Any,
) -> HttpResponse:
    """Send what the form holds and go back to the request; whatever speaks against it is said at the form."""
    if request.method == "POST" and form.is_valid():
        try:
            send()
        except RequestError as error:
            form.add_error("text", str(error.message))
        else:
            messages.success(request, said)
            return redirect("rights_requests:detail", reference=filed.reference)
    return render(request, f"rights_requests/{page}.html", {"form": form, "filed": filed, **shown})


def _own(request: HttpRequest, reference: str) -> RightsRequest:
    try:
        return request_of(party(request), reference)
    except NotFound as error:
        raise Http404 from error
