"""Messages from visitors as staff see them: read on record, answered by e-mail, marked as answered."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from privacy.admin_base import LookRecordedMixin, NumberedLogAdmin, ShownFiltersMixin, staff_actor
from privacy.data_map.subject import Subject
from privacy.inert import inert
from visitors import services
from visitors.audience.admin import AudienceAdmin
from visitors.models import ContactMessage

__all__ = ["AudienceAdmin", "ContactMessageAdmin"]


class AnsweredForm(forms.ModelForm):  # type: ignore[type-arg] # not generic at run time
    """The one thing that is decided about a message."""

    answered = forms.BooleanField(
        required=False,
        label=_("I have answered it"),
        help_text=_("Answer by e-mail first. From now on the message is kept for one year."),
    )

    class Meta:
        model = ContactMessage
        fields = ()


@admin.register(ContactMessage)
class ContactMessageAdmin(LookRecordedMixin, ShownFiltersMixin, NumberedLogAdmin):
    """The messages, oldest first; an address finds a message only when it is typed in full."""

    looked_event = "contact_message.viewed"
    list_display = ("short_id", "topic", "language", "received_at", "answered_at")
    list_filter = (("answered_at", admin.EmptyFieldListFilter), "topic")
    search_fields = ("=email",)
    search_help_text = _("The whole e-mail address; parts of one find nothing.")
    ordering = ("received_at",)
    list_per_page = 50
    form = AnsweredForm
    readonly_fields = ("received_at", "topic", "shown_name", "email", "language", "shown_text", "answered_at")

    @admin.display(description=_("message"), ordering="id")
    def short_id(self, message: ContactMessage) -> str:
        """The first digits of the number: a list is no place for people's addresses."""
        return str(message.pk)[:8]

    @admin.display(description=_("name"))
    def shown_name(self, message: ContactMessage) -> str:
        """The name, with whatever turns text around to be seen."""
        return inert(message.name)

    @admin.display(description=_("message"))
    def shown_text(self, message: ContactMessage) -> str:
        """What was written, shown in the same way."""
        return inert(message.text)

    def subject_digest_of(self, pk: str) -> str:
        """Whoever has the address."""
        return Subject(emails=frozenset({ContactMessage.objects.get(pk=pk).email})).digest

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Messages come from the contact page."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """A message goes when its time is over, or by a request for erasure."""
        return False

    def get_fields(self, request: HttpRequest, obj: Any | None = None) -> Any:
        """The message; the question while it is open."""
        return self.readonly_fields if obj is None or obj.answered_at else (*self.readonly_fields, "answered")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """What may not be done with the person's data is said first."""
        context["show_save_and_continue"] = False
        context["digests"] = Subject(emails=frozenset({context["original"].email})).digests()
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:  # type: ignore[type-arg]
        """Hand the act to the service."""
        if form.cleaned_data.get("answered"):
            services.mark_answered(actor=staff_actor(request), message_id=obj.pk)
