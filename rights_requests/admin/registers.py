"""The staff's door to what they keep for all requests: the register of recipients, and wordings of replies."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from privacy.admin_base import NumberedLogAdmin, staff_actor
from rights_requests.desk.register import GROUPS, RegisterForm
from rights_requests.desk.wordings import WordingForm
from rights_requests.models import Recipient, ReplyTemplate
from rights_requests.services import registering


@admin.register(Recipient)
class RecipientAdmin(NumberedLogAdmin):
    """The register of recipients; every change goes through the service."""

    list_display = ("name", "what_for", "role", "country", "agreement_ends_on", "adapter", "active")
    list_filter = ("role", "adapter", "active")
    ordering = ("name",)
    form = RegisterForm

    def get_fieldsets(self, request: HttpRequest, obj: Any | None = None) -> Any:
        """The form's fields in groups; for those who only look, the columns: what its adapter needs is one of them."""
        may_write = obj is None or self.has_change_permission(request, obj)
        columns = {field.name for field in Recipient._meta.concrete_fields}
        groups = [(title, [name for name in names if may_write or name in columns]) for title, names in GROUPS]
        if not may_write:
            groups[-1][1].append("settings")
        return [(title, {"fields": names}) for title, names in groups]

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
