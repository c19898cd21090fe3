"""Doors to file a request, one question per page: which right, what goes with it, check the answers, send."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from privacy.vocabulary import Right
from rights_requests import drafts, pages
from rights_requests.errors import PlanChanged, RequestError
from rights_requests.forms import SendForm
from rights_requests.people import has_account, party, party_of, party_required
from rights_requests.questions.about import ABOUT, beginning
from rights_requests.questions.question import Question
from rights_requests.questions.table import QUESTIONS

# By path: when allauth takes the suspended POST up again, `resolver_match` is that of the password page.
_STEPPED_UP = [right for right, question in QUESTIONS.items() if question.step_up]


def _asks_again(request: HttpRequest) -> bool:
    """Whether the account is asked for its password before this is sent; there is none to ask without an account."""
    paths = [reverse("rights_requests:new_check", kwargs={"right": right}) for right in _STEPPED_UP]
    return has_account(request) and request.path in paths


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What each right does and how long it takes; for everybody, known or not (Art. 12(2) GDPR)."""
    return render(request, "rights_requests/start.html", {"offers": pages.offers(party_of(request), QUESTIONS)})


@party_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_right(request: HttpRequest, right: str) -> HttpResponse:
    """The question that this right asks; where the person comes from a piece of their data, it begins with that."""
    question, asker = _question(right), party(request)
    first = pages.open_requests(asker).get(question.right)
    if first:
        return render(request, "rights_requests/already.html", {"filed": first, "status": pages.status(first)})
    draft, shown = drafts.unsent(request.session, question.right), question.context(asker)
    given = request.POST if request.method == "POST" else None
    begun = draft.answers if draft else beginning(question.right, request.GET.get(ABOUT, ""))
    form = question.form(given, party=asker, initial=begun)
    form.initial = {**form.initial, **shown.pop("current", {})}
    if request.method == "POST" and form.is_valid():
        drafts.write(request.session, question.right, **form.answers())
        return redirect("rights_requests:new_check", right=question.right)
    return render(request, question.template, {"form": form, "right": question.right, **shown})


@party_required
@reauthentication_required(allow_get=True, enabled=_asks_again)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, right: str) -> HttpResponseBase:
    """The answers, to be checked and sent. Sending twice leads to the same request; erasure asks who you are first."""
    question = _question(right)
    draft = drafts.read(request.session, question.right)
    if draft is None:
        return redirect("rights_requests:new_right", right=question.right)
    if draft.sent:
        return redirect("rights_requests:sent", reference=draft.reference)
    if request.method == "POST":
        return _send(request, question, draft)
    kept = {"key": draft.key, "country": drafts.country(request.session)}
    return _show_answers(request, question, draft, SendForm(initial=kept))


def _show_answers(request: HttpRequest, question: Question, draft: drafts.Draft, form: SendForm) -> HttpResponse:
    asker = party(request)
    current = question.context(asker).get("current", {})
    if any(draft.answers.get(name) != value for name, value in current.items()):
        return _lead_back(request, draft)
    rows = question.rows(draft.answers, asker)
    return render(request, question.check_template, {"draft": draft, "rows": rows, "form": form})


def _send(request: HttpRequest, question: Question, draft: drafts.Draft) -> HttpResponse:
    form = SendForm(request.POST)
    form.is_valid()
    if form.cleaned_data.get("key") != draft.key:
        messages.warning(request, _("Your answers were changed in another window. Check them again before you send."))
        return redirect("rights_requests:new_check", right=draft.right)
    if form.errors:
        return _show_answers(request, question, draft, form)
    country = form.cleaned_data["country"]
    drafts.remember_country(request.session, country)
    try:
        result = question.send(party=party(request), answers=draft.answers, key=draft.key, country=country)
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
    """What the person saw is not what it is now: nothing is done that nobody has read."""
    messages.warning(request, _("What we hold about you has changed since you read the list. Read it again first."))
    return redirect("rights_requests:new_right", right=draft.right)


def _question(name: str) -> Question:
    try:
        return QUESTIONS[Right(name)]
    except (ValueError, KeyError) as error:
        raise Http404 from error
