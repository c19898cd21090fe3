"""The door to registers of cases: a list, a form that opens a case, and a page with its acts; services do the rest."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from privacy import audit
from privacy.actors import Actor
from privacy.admin_base import NumberedLogAdmin, ShownFiltersMixin, staff_actor
from privacy.case_errors import CaseError
from privacy.desk.acts import Act, CaseForm, Offer, Pill, Stands, happened

PAGES = "admin/privacy/case/"


class CaseAdmin(ShownFiltersMixin, NumberedLogAdmin):
    """A register whose cases are opened with a form and changed by acts, each a service that writes it down."""

    acts: ClassVar[tuple[Act, ...]] = ()
    open_form: ClassVar[type[CaseForm]]
    # What an audit entry calls a look at a case. Not ".viewed", which the person is told of (privacy.looks): a case is
    # of many people, or one of which they must not know.
    looked_event: ClassVar[str]
    # The title and the first sentence of the form that opens a case, and what is said when it is opened.
    open_title: ClassVar[Any]
    open_says: ClassVar[Any]
    opened: ClassVar[Any]
    # Further parts of the page of a case, by template.
    more: ClassVar[tuple[str, ...]] = ()
    list_per_page = 50
    show_full_result_count = False

    def get_urls(self) -> list[URLPattern]:
        """With an address for each act on a case."""
        name = f"privacy_{self.opts.model_name}_act"
        act = path("<int:object_id>/act/<slug:name>/", self.admin_site.admin_view(self.act_view), name=name)
        return [act, *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody changes a case by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """What was opened stays in the register."""
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """None: each case has a page of its own."""
        return {}

    def may_act(self, request: HttpRequest) -> bool:
        """Whether whoever looks may do something too."""
        has_perm: Callable[[str], bool] | None = getattr(request.user, "has_perm", None)
        return has_perm is not None and has_perm(f"privacy.change_{self.opts.model_name}")

    def stands(self, case: Any, user_id: UUID) -> Stands:
        """How a case stands, for this officer."""
        raise NotImplementedError

    def parts(self, case: Any) -> dict[str, Any]:
        """What the further parts of the page need."""
        return {}

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Open a case; whatever speaks against it is said at the form."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        actor = staff_actor(request)
        form: Any = self.open_form(request.POST if request.method == "POST" else None, case=None, user_id=_by(actor))
        if form.is_bound and form.is_valid():
            try:
                case = form.open_case(actor)
                messages.success(request, self.opened)
                return redirect(self.page_of(case.pk))
            except CaseError as error:
                form.add_error(None, error.message)
        context = {"form": form, "title": self.open_title, "says": self.open_says}
        return self._answer(request, "open", context, status=409 if form.errors else 200)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of a case; that it was opened goes on record."""
        return self._page(request, self._found(request, object_id))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened is on the page itself."""
        return redirect(self.page_of(self._found(request, object_id).pk))

    def act_view(self, request: HttpRequest, object_id: int, name: str) -> HttpResponse:
        """Do one act; what was typed stays when it could not be done."""
        case = self._found(request, str(object_id))
        chosen = next((act for act in self.acts if act.name == name), None)
        if chosen is None:
            raise Http404
        if not self.may_act(request):
            raise PermissionDenied
        if request.method != "POST":
            return redirect(self.page_of(case.pk))
        actor = staff_actor(request)
        form = chosen.form(request.POST, case=case, user_id=_by(actor))
        if form.is_valid():
            try:
                chosen.do(case, actor, form.cleaned_data)
                messages.success(request, chosen.done)
                return redirect(self.page_of(case.pk))
            except CaseError as error:
                form.add_error(None, error.message)
        return self._page(request, self._found(request, str(object_id)), form, name)

    def page_of(self, pk: int) -> str:
        """The address of a case."""
        return reverse(f"admin:privacy_{self.opts.model_name}_change", args=[pk])

    def _found(self, request: HttpRequest, object_id: str) -> Any:
        """The case; raises PermissionDenied before it tells whether there is one, then Http404."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        return found

    def _page(self, request: HttpRequest, case: Any, wrong: forms.Form | None = None, tried: str = "") -> HttpResponse:
        actor = staff_actor(request)
        with transaction.atomic():
            audit.record(event=self.looked_event, actor=actor, about=case)
        offers = self._offers(case, _by(actor), wrong, tried) if self.may_act(request) else []
        lost = wrong if tried not in {offer.act.name for offer in offers} else None
        context = {
            "case": case,
            "title": f"{self.opts.verbose_name} {case.pk}",
            "stands": self.stands(case, _by(actor)),
            "happened": happened(case),
            "offers": offers,
            "wrong": wrong,
            "lost": lost,
            "more": self.more,
            **self.parts(case),
        }
        return self._answer(request, "page", context, status=409 if wrong else 200)

    def _offers(self, case: Any, user_id: UUID, wrong: forms.Form | None, tried: str) -> list[Offer]:
        """The acts that are open, each with an empty form or with the one that could not be carried out."""
        found = []
        for act in self.acts:
            if act.open(case, user_id):
                # Several forms stand on one page: their fields have names of their own for the labels.
                fresh = act.form(case=case, user_id=user_id, auto_id=f"id_{act.name}_%s")
                url = reverse(f"admin:privacy_{self.opts.model_name}_act", args=[case.pk, act.name])
                mine = wrong is not None and act.name == tried
                found.append(Offer(act, url, wrong if mine and wrong is not None else fresh, mine))
        return found

    def _answer(self, request: HttpRequest, name: str, context: dict[str, Any], status: int) -> TemplateResponse:
        whole = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"{PAGES}{name}.html", whole, status=status)


def _by(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise PermissionDenied
    return actor.user_id


def shown(pill: Pill) -> SafeString:
    """A pill in a list; escaped."""
    return format_html('<span class="pill pill-{}">{}</span>', pill.kind, pill.label)
