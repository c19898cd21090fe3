"""The staff's door to one request: its page, its acts, how far the work is, its files, and the way to the next one."""

from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from privacy.admin_base import ReadOnlyAdmin, looking_actor, staff_actor
from privacy.uploads.arriving import receives_files
from privacy.uploads.limits import DEFAULT
from privacy.uploads.serving import file_answer
from privacy.vocabulary import Right
from rights_requests.desk import acting, gathering, onward, powers, wordings
from rights_requests.desk.act import Act, Given, Tried, offer
from rights_requests.desk.acts import ACTS, TICK
from rights_requests.desk.news import OutOfDate
from rights_requests.desk.work import work_of
from rights_requests.desk.workspace import laid_out, workspace
from rights_requests.errors import RequestError
from rights_requests.models import RightsRequest
from rights_requests.services import evidence

QUEUE = "admin:rights_requests_rightsrequest_changelist"
NAME = "rights_requests_rightsrequest"
FOLDER = "admin/rights_requests/rightsrequest"
# In the session: whether an act leads on to the next request.
ONWARD = "desk_works_through"
# A page that shows pictures of ours: no script, no form, no call. It keeps its origin, or no picture would come.
SHOWS_PICTURES = {
    "script-src": ["'none'"],
    "connect-src": ["'none'"],
    "form-action": ["'none'"],
    "sandbox": ["allow-same-origin"],
}


class WorkspaceAdmin(ReadOnlyAdmin):
    """One request on one page; every change goes through a service, so the admin itself changes nothing."""

    def get_urls(self) -> list[URLPattern]:
        """The workspace's acts and files, each at an address of its own."""
        file = "<uuid:request_id>/file/<uuid:evidence_id>/"
        views = (
            ("<uuid:request_id>/act/<slug:name>/", self.act_view, "act"),
            ("<uuid:request_id>/progress/", self.progress_view, "progress"),
            ("<uuid:request_id>/next/", self.next_view, "next"),
            ("<uuid:request_id>/onward/", self.onward_view, "onward"),
            (file, self.file_view, "file"),
            (f"{file}look/", self.look_view, "look"),
            (f"{file}page/<int:number>/", self.page_view, "page"),
        )
        own = [path(where, self.admin_site.admin_view(view), name=f"{NAME}_{name}") for where, view, name in views]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The workspace of one request; that it was opened goes on record."""
        filed = self._filed(request, object_id)
        acting.record_view(request=filed, actor=looking_actor(request))
        return self._page(request, filed)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened is on the workspace itself."""
        return redirect(workspace_url(self._filed(request, object_id)))

    @receives_files(files=1, bytes_each=DEFAULT.file_bytes)
    def act_view(self, request: HttpRequest, request_id: UUID, name: str) -> HttpResponse:
        """Do one act; whatever speaks against it is said at the form, and that the workspace was seen is on record."""
        filed = self._filed(request, str(request_id))
        chosen = self._chosen(request, filed, name)
        if request.method != "POST":
            return redirect(workspace_url(filed))
        if chosen.step_up(filed) and powers.powers(filed, request.user).offers(name):
            _ask_again_who_it_is(request)
        form = chosen.form(request.POST, request.FILES, filed=filed, auto_id=f"id_{name}_%s")
        is_right, is_look = form.is_valid(), chosen.form.previews and "preview" in request.POST
        try:
            acting.refuse_old_page(request=filed, user=request.user, seen=request.POST.get("seen", ""))
            if is_right and not is_look:
                return self._done(request, filed, chosen, form.cleaned_data)
            tried = Tried(name, form, preview=form.cleaned_data["text"] if is_right else "")
        except RequestError as error:
            form.add_error(None, error.message)
            tried = Tried(name, form, news=error.news if isinstance(error, OutOfDate) else ())
        filed = self._filed(request, str(request_id))
        acting.record_view(request=filed, actor=looking_actor(request))
        return self._page(request, filed, tried)

    def progress_view(self, request: HttpRequest, request_id: UUID) -> HttpResponse:
        """How far the work is, for the page that asks again and again; it tells nothing about the person."""
        filed = self._filed(request, str(request_id))
        return TemplateResponse(request, f"{FOLDER}/work.html", {"work": work_of(filed), "filed": filed})

    def next_view(self, request: HttpRequest, request_id: UUID) -> HttpResponse:
        """Lead to the request that waits next for this member of staff, or to the queue where none does."""
        return self._onward(request, self._filed(request, str(request_id)))

    def onward_view(self, request: HttpRequest, request_id: UUID) -> HttpResponse:
        """Have each act lead to the next request from now on, or stay; kept with the session."""
        filed = self._filed(request, str(request_id))
        if request.method == "POST":
            request.session[ONWARD] = not request.session.get(ONWARD, False)
        return redirect(workspace_url(filed))

    def look_view(self, request: HttpRequest, request_id: UUID, evidence_id: UUID) -> HttpResponse:
        """A page that shows a file as pictures and can do nothing else; that it was opened goes on record.

        Whoever did not say why they look is asked here: a picture could not ask.
        """
        filed = self._with_file(request, request_id, evidence_id)
        actor = looking_actor(request)
        try:
            pages = evidence.pages(evidence_id=evidence_id, actor=actor)
        except RequestError as error:
            messages.error(request, str(error.message))
            return redirect(workspace_url(filed))
        acting.record_view(request=filed, actor=actor)
        context = {"filed": filed, "evidence_id": evidence_id, "pages": range(1, pages + 1)}
        answer = TemplateResponse(request, f"{FOLDER}/look.html", context)
        answer._csp_replace = SHOWS_PICTURES  # type: ignore[attr-defined] # as csp.decorators does
        return answer

    def page_view(self, request: HttpRequest, request_id: UUID, evidence_id: UUID, number: int) -> HttpResponse:
        """One page of a file as a picture, marked with who looks; each is a look on record."""
        return self._file(request, request_id, evidence_id, number)

    def file_view(self, request: HttpRequest, request_id: UUID, evidence_id: UUID) -> HttpResponse:
        """One file of the request as it is kept, marked with who looks."""
        return self._file(request, request_id, evidence_id, None)

    def _file(self, request: HttpRequest, request_id: UUID, evidence_id: UUID, number: int | None) -> HttpResponse:
        """A file, or one page of it as a picture; only for those who may see files."""
        filed = self._with_file(request, request_id, evidence_id)
        try:
            shown = evidence.show(evidence_id=evidence_id, actor=looking_actor(request), page=number)
        except RequestError as error:
            messages.error(request, str(error.message))
            return redirect(workspace_url(filed))
        inline = shown.media_type == "image/jpeg"
        return file_answer(shown.content, media_type=shown.media_type, name=shown.name, inline=inline)

    def _with_file(self, request: HttpRequest, request_id: UUID, evidence_id: UUID) -> RightsRequest:
        """The request with this file; raises PermissionDenied, and Http404 for a file of another request."""
        filed = self._filed(request, str(request_id))
        if not powers.may_see_evidence(request.user):
            raise PermissionDenied
        if not any(file.pk == evidence_id for file in filed.evidence.all()):
            raise Http404
        return filed

    def _filed(self, request: HttpRequest, object_id: str) -> RightsRequest:
        """The request with all that hangs on it; raises Http404, and PermissionDenied for who may not see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            filed = gathering.gathered(UUID(object_id))
        except ValueError:
            filed = None
        if filed is None:
            raise Http404
        return filed

    def _chosen(self, request: HttpRequest, filed: RightsRequest, name: str) -> Act:
        """The act of this name; raises PermissionDenied, or Http404 for an act that does not exist."""
        chosen = ACTS[Right(filed.right)].get(name)
        if chosen is None:
            raise Http404
        if not powers.may_decide(request.user):
            raise PermissionDenied
        return chosen

    def _done(self, request: HttpRequest, filed: RightsRequest, chosen: Act, given: Given) -> HttpResponse:
        """Do the act, say so, and go where the member of staff works on; raises what `acting` does."""
        messages.success(request, acting.act(chosen=chosen, request=filed, actor=staff_actor(request), given=given))
        if request.session.get(ONWARD) and not onward.waits_for(request.user, filed):
            return self._onward(request, filed)
        return redirect(workspace_url(filed))

    def _onward(self, request: HttpRequest, filed: RightsRequest) -> HttpResponse:
        """To the next request, or to the queue with a word that nothing is left."""
        following = onward.next_for(request.user, filed)
        if following is not None:
            return redirect(workspace_url(following))
        messages.info(request, _("Nothing else waits for you."))
        return redirect(QUEUE)

    def _page(self, request: HttpRequest, filed: RightsRequest, tried: Tried | None = None) -> TemplateResponse:
        """The workspace, with the form that was sent and not carried out if there is one."""
        work = workspace(filed, request.user, request.GET.dict())
        wording = wordings.chosen(filed, request.GET.get("wording", ""))
        initial = {"plan_hash": work.plan.hash if work.plan else "", "wording": wording}
        offers = {
            act.name: offer(act, act_url(filed, act.name), filed, tried, initial)
            for act in work.powers.acts
            if act.name != TICK
        }
        wrong = tried.form if tried and not tried.preview else None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": filed.reference,
            "work": work,
            "wrong": wrong,
            "news": tried.news if tried else (),
            "lost": tried.form if tried and tried.name not in offers else None,
            **laid_out(work, offers),
            "works_through": request.session.get(ONWARD, False),
            "may_see_files": powers.may_see_evidence(request.user),
            "tick_url": act_url(filed, TICK) if work.powers.offers(TICK) else "",
        }
        return TemplateResponse(request, f"{FOLDER}/workspace.html", context, status=409 if wrong else 200)


def workspace_url(filed: RightsRequest) -> str:
    """The address of a request's workspace."""
    return reverse(f"admin:{NAME}_change", args=[filed.pk])


def act_url(filed: RightsRequest, name: str) -> str:
    """The address to which an act on the request is posted."""
    return reverse(f"admin:{NAME}_act", args=[filed.pk, name])


@reauthentication_required
def _ask_again_who_it_is(request: HttpRequest) -> None:
    """Raise allauth's ReauthenticationRequired unless the person proved who they are a short while ago."""
