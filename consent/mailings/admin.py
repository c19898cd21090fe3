"""The pages on which staff write a promotional message, look at it, send it, watch it and stop it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from consent.mailings import composing, sending
from consent.mailings.errors import Changed, MailingError, NotADraft
from consent.mailings.forms import ComposeForm, SendForm
from consent.mailings.models import Mailing
from consent.mailings.preview import in_words, previews
from consent.mailings.reach import progress, reach
from consent.mailings.texts import hash_of
from consent.mailings.vocabulary import MailingState
from privacy.actors import Actor
from privacy.admin_base import NumberedLogAdmin, ShownFiltersMixin, staff_actor
from privacy.inert import inert

SEND = "consent.send_mailing"
PAGES = "admin/consent/mailing/"


@admin.register(Mailing)
class MailingAdmin(ShownFiltersMixin, NumberedLogAdmin):
    """Promotional messages; what happens to them happens in services, and a sent one only stands there to be read."""

    list_display = ("subject", "topic", "state", "written_at", "started_at", "ended_at")
    list_filter = ("state", "topic")
    list_per_page = 50

    def get_urls(self) -> list[URLPattern]:
        """With the page of one message, the one that asks before it is sent, and three buttons."""
        views = {
            "write": self.write_view,
            "send": self.send_view,
            "try": self.try_view,
            "stop": self.stop_view,
            "resume": self.resume_view,
        }
        ours = [
            path(f"<uuid:object_id>/{name}/", self.admin_site.admin_view(view), name=f"consent_mailing_{name}")
            for name, view in views.items()
        ]
        return [*ours, *super().get_urls()]

    @admin.display(description=_("subject"))
    def subject(self, mailing: Mailing) -> str:
        """The subject in the site's first language, with whatever turns text around to be seen."""
        return inert(mailing.texts[settings.LANGUAGE_CODE]["subject"])

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Only a draft can be changed."""
        return super().has_change_permission(request, obj) and _is_draft(obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Only a draft can be deleted: what was sent must be shown for as long as somebody asks."""
        return super().has_delete_permission(request, obj) and _is_draft(obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """None: each draft is deleted on its own page."""
        return {}

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Hand the act to the service."""
        composing.discard(actor=staff_actor(request), mailing_id=obj.pk)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Write a message."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self._compose(request, None)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The message in each language; while it is a draft who would get it, afterwards how it stands."""
        mailing = self._found(request, object_id)
        is_draft = _is_draft(mailing)
        found = reach(mailing.topic) if is_draft else None
        stands = None if is_draft else progress(mailing)
        context = {
            "reach": found,
            "previews": list(previews(mailing, found.languages if found else None)),
            "progress": stands,
            "states": in_words(stands) if stands else [],
            "stuck": sending.stuck(mailing.pk),
            "may_change": self.has_change_permission(request, mailing),
            "may_delete": self.has_delete_permission(request, mailing),
            "may_send": _may_send(request),
        }
        return self._shown(request, "message", mailing, context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened is in the audit, under the number of the message."""
        return redirect(page(self._found(request, object_id).pk))

    def write_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Write a draft anew; of what was sent there is only the page."""
        mailing = self._found(request, str(object_id))
        if not super().has_change_permission(request):
            raise PermissionDenied
        return self._compose(request, mailing) if _is_draft(mailing) else redirect(page(mailing.pk))

    def send_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Ask whether the message may go to so many people, and send it once somebody has typed how many that are."""
        mailing = self._found(request, str(object_id))
        if not _may_send(request):
            raise PermissionDenied
        form = SendForm(
            request.POST if request.method == "POST" else None,
            initial={"sha256": hash_of(mailing.topic, mailing.texts)},
        )
        if request.method == "POST" and form.is_valid():
            agreed = sending.Agreed(form.cleaned_data["sha256"], form.cleaned_data["people"])
            try:
                sending.start(actor=staff_actor(request), mailing_id=mailing.pk, agreed=agreed)
                messages.success(request, _("The message is being sent. This page says how far it is."))
                return redirect(page(mailing.pk))
            except (NotADraft, Changed) as error:
                messages.error(request, str(error.message))
            except MailingError as error:
                form.add_error("people", error.message)
        if not _is_draft(mailing) or (form.is_bound and form.is_valid()):
            return redirect(page(mailing.pk))
        found = reach(mailing.topic)
        context = {"form": form, "reach": found, "previews": list(previews(mailing, found.languages))}
        return self._shown(request, "send", mailing, context, status=409 if form.errors else 200)

    def try_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Send the message to the address of whoever asks, and to no other."""

        def try_out(mailing: Mailing, actor: Actor) -> str:
            to = str(getattr(request.user, "email", ""))
            composing.try_out(actor=actor, mailing_id=mailing.pk, to=to)
            return str(_("It is on its way to %(address)s, in each language in which it is written.")) % {"address": to}

        return self._act(request, object_id, try_out, allowed=super().has_change_permission(request))

    def stop_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Stop the sending and take back what has not left."""

        def stop(mailing: Mailing, actor: Actor) -> str:
            taken = sending.stop(actor=actor, mailing_id=mailing.pk)
            said = ngettext(
                "Stopped. %(count)d copy was taken back.", "Stopped. %(count)d copies were taken back.", taken
            )
            return said % {"count": taken}

        return self._act(request, object_id, stop, allowed=_may_send(request))

    def resume_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Go on after an error."""

        def go_on(mailing: Mailing, actor: Actor) -> str:
            sending.go_on(actor=actor, mailing_id=mailing.pk)
            return str(_("The sending goes on."))

        return self._act(request, object_id, go_on, allowed=_may_send(request))

    def _act(
        self, request: HttpRequest, object_id: UUID, act: Callable[[Mailing, Actor], str], *, allowed: bool
    ) -> HttpResponse:
        """Do what a button says, and say what was done; whoever only looks at its address is led to the message."""
        mailing = self._found(request, str(object_id))
        if not allowed:
            raise PermissionDenied
        if request.method == "POST":
            try:
                messages.success(request, act(mailing, staff_actor(request)))
            except MailingError as error:
                messages.error(request, str(error.message))
        return redirect(page(mailing.pk))

    def _compose(self, request: HttpRequest, mailing: Mailing | None) -> HttpResponse:
        """The form of a message; what it says is kept, and then looked at."""
        form = ComposeForm(request.POST if request.method == "POST" else None, initial=_initial(mailing))
        if request.method != "POST" or not form.is_valid():
            return self._shown(request, "compose", mailing, {"form": form})
        said, actor = {"topic": form.cleaned_data["topic"], "texts": form.texts()}, staff_actor(request)
        if mailing is None:
            mailing = composing.write(actor=actor, **said)
            return self._kept(request, mailing)
        try:
            composing.change(actor=actor, mailing_id=mailing.pk, **said)
        except NotADraft as error:
            messages.error(request, str(error.message))
            return redirect(page(mailing.pk))
        return self._kept(request, mailing)

    def _kept(self, request: HttpRequest, mailing: Mailing) -> HttpResponse:
        messages.success(request, _("The draft is kept. This is what its readers will get."))
        return redirect(page(mailing.pk))

    def _found(self, request: HttpRequest, object_id: str) -> Mailing:
        """The message; raises PermissionDenied before it tells whether there is one, then Http404."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        found: Mailing | None = self.get_object(request, object_id)
        if found is None:
            raise Http404
        return found

    def _shown(
        self, request: HttpRequest, name: str, mailing: Mailing | None, context: dict[str, Any], status: int = 200
    ) -> TemplateResponse:
        whole = {**self.admin_site.each_context(request), "opts": self.opts, "mailing": mailing, **context}
        return TemplateResponse(request, f"{PAGES}{name}.html", whole, status=status)


def page(mailing_id: UUID) -> str:
    """The page of one message."""
    return reverse("admin:consent_mailing_change", args=[mailing_id])


def _is_draft(mailing: models.Model | None) -> bool:
    return mailing is None or (isinstance(mailing, Mailing) and mailing.state == MailingState.DRAFT)


def _may_send(request: HttpRequest) -> bool:
    has_perm: Callable[[str], bool] | None = getattr(request.user, "has_perm", None)
    return has_perm is not None and has_perm(SEND)


def _initial(mailing: Mailing | None) -> dict[str, str]:
    if mailing is None:
        return {}
    said = {f"{what}_{code}": text for code, texts in mailing.texts.items() for what, text in texts.items()}
    return {"topic": mailing.topic, **said}
