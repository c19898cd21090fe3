"""Doors to file a request, one question per page: which right, what goes with it, check the answers, send."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from privacy.vocabulary import Right
from rights_requests import drafts, pages
from rights_requests.errors import PlanChanged, RequestError
from rights_requests.forms import MessageForm, PlanForm, SendForm
from rights_requests.people import actor_of, signed_in
from rights_requests.services.filing import file_request


def _erases(request: HttpRequest) -> bool:
    # By path: when allauth takes the suspended POST up again, `resolver_match` is that of the password page.
    return request.path == reverse("rights_requests:new_check", kwargs={"right": Right.ERASURE})


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What each right does and how long it takes; for everybody, signed in or not (Art. 12(2) GDPR)."""
    user_id = request.user.pk if request.user.is_authenticated else None
    return render(request, "rights_requests/start.html", {"offers": pages.offers(user_id)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_right(request: HttpRequest, right: str) -> HttpResponse:
    """The question that this right asks: anything to tell us, or whether the plan of erasure is what is wanted."""
    wanted = _right(right)
    first = pages.open_requests(signed_in(request).pk).get(wanted)
    if first:
        return render(request, "rights_requests/already.html", {"filed": first, "status": pages.status(first)})
    return _ask_message(request) if wanted == Right.ACCESS else _show_plan(request)


@login_required
@reauthentication_required(allow_get=True, enabled=_erases)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, right: str) -> HttpResponseBase:
    """The answers, to be checked and sent. Sending twice leads to the same request; erasure asks who you are first."""
    wanted = _right(right)
    draft = drafts.read(request.session, wanted)
    if draft is None:
        return redirect("rights_requests:new_right", right=wanted)
    if draft.sent:
        return redirect("rights_requests:sent", reference=draft.reference)
    if request.method == "POST":
        return _send(request, draft)
    return _show_answers(request, draft)


def _ask_message(request: HttpRequest) -> HttpResponse:
    draft = drafts.unsent(request.session, Right.ACCESS)
    form = MessageForm(request.POST or None, initial={"message": draft.message if draft else ""})
    if request.method == "POST" and form.is_valid():
        drafts.write(request.session, Right.ACCESS, message=form.cleaned_data["message"])
        return redirect("rights_requests:new_check", right=Right.ACCESS)
    return render(request, "rights_requests/message.html", {"form": form})


def _show_plan(request: HttpRequest) -> HttpResponse:
    parts = pages.erasure_plan(signed_in(request).pk)
    form = PlanForm(request.POST or None)
    changed = False
    if request.method == "POST":
        changed = not form.is_valid() or form.cleaned_data["plan_hash"] != parts.hash
        if not changed:
            drafts.write(request.session, Right.ERASURE, plan_hash=parts.hash)
            return redirect("rights_requests:new_check", right=Right.ERASURE)
    context = {"plan": parts, "form": PlanForm(initial={"plan_hash": parts.hash}), "changed": changed}
    return render(request, "rights_requests/plan.html", context)


def _show_answers(request: HttpRequest, draft: drafts.Draft) -> HttpResponse:
    plan = pages.erasure_plan(signed_in(request).pk) if draft.right == Right.ERASURE else None
    if plan and plan.hash != draft.plan_hash:
        return _lead_back(request, draft)
    rows = pages.erasure_answers(plan) if plan else pages.access_answers(draft.message)
    context = {"draft": draft, "rows": rows, "form": SendForm(initial={"key": draft.key})}
    return render(request, f"rights_requests/check_{draft.right}.html", context)


def _send(request: HttpRequest, draft: drafts.Draft) -> HttpResponse:
    user, form = signed_in(request), SendForm(request.POST)
    if not form.is_valid() or form.cleaned_data["key"] != draft.key:
        messages.warning(request, _("Your answers were changed in another window. Check them again before you send."))
        return redirect("rights_requests:new_check", right=draft.right)
    try:
        result = file_request(
            actor=actor_of(user),
            user=user,
            right=draft.right,
            message=draft.message,
            idempotency_key=draft.key,
            plan_hash=draft.plan_hash or None,
        )
    except PlanChanged:
        return _lead_back(request, draft)
    except RequestError as error:
        messages.error(request, str(error.message))
        return redirect("rights_requests:new")
    drafts.mark_sent(request.session, draft, result.request.reference)
    if result.created or result.same_key:
        return redirect("rights_requests:sent", reference=result.request.reference)
    messages.info(request, _("You had already asked for this. This is your first request; nothing was sent twice."))
    return redirect("rights_requests:detail", reference=result.request.reference)


def _lead_back(request: HttpRequest, draft: drafts.Draft) -> HttpResponse:
    """The plan is not the one that was shown: nobody erases more or less than the person has read."""
    messages.warning(request, _("What we hold about you has changed since you read the list. Read it again first."))
    return redirect("rights_requests:new_right", right=draft.right)


def _right(name: str) -> Right:
    try:
        return Right(name)
    except ValueError as error:
        raise Http404 from error
