"""The staff's door to what they keep for all requests: the register of recipients, and wordings of replies."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from privacy.admin_base import NumberedLogAdmin, staff_actor
from rights_requests.desk.register import RegisterForm
from rights_requests.desk.wordings import WordingForm
from rights_requests.models import Recipient, ReplyTemplate
from rights_requests.services import registering


@admin.register(Recipient)
class RecipientAdmin(NumberedLogAdmin):
    """The register of recipients; every change goes through the service."""

    list_display = ("name", "what_for", "adapter", "active")
    list_filter = ("adapter", "active")
    ordering = ("name",)
    form = RegisterForm

    def get_fields(self, request: HttpRequest, obj: Any | None = None) -> Any:
        """The form's fields; for those who only look, the columns."""
        if obj is None or self.has_change_permission(request, obj):
            return RegisterForm.Meta.fields
        return ("name", "what_for", "country", "adapter", "address", "slugs", "settings", "active")

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """A recipient ends; whom it was told about must be shown for as long as claims can be made."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Hand the entry to the service."""
        registering.register(actor=staff_actor(request), recipient=obj, entry=form.entry())


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(NumberedLogAdmin):
    """Wordings that staff start from; they name nobody."""

    list_display = ("title", "right", "language")
    list_filter = ("right", "language")
    fields = ("title", "right", "language", "text")
    form = WordingForm
