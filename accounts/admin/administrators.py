"""Who looks after the people of which Customer: appointed and removed here, and nowhere else."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import appointing
from accounts.admin.choosing import CustomersByNameMixin
from accounts.admin.forms import AppointForm
from accounts.models import CustomerAdministrator
from privacy.admin_base import LookRecordedMixin, NumberedLogAdmin, ShownFiltersMixin, staff_actor
from privacy.data_map.subject import Subject

KEYS_STAY = _(
    "The API keys of %(customer)s go on working, and whoever you removed may know their secrets. We have written to its"
    " other administrators that they renew them; where there is none, appoint one who does."
)


@admin.register(CustomerAdministrator)
class CustomerAdministratorAdmin(CustomersByNameMixin, LookRecordedMixin, ShownFiltersMixin, NumberedLogAdmin):
    """One appointment at a time; the account is found by its whole address only."""

    looked_event = "customer_administrator.viewed"
    list_display = ("short_id", "customer", "appointed_at")
    list_select_related = ("customer",)
    list_filter = ("customer",)
    search_fields = ("=user__email",)
    search_help_text = _("The whole address of the account; parts of one find nothing.")
    ordering = ("-appointed_at",)
    form = AppointForm

    @admin.display(description=_("account"), ordering="user_id")
    def short_id(self, administrator: CustomerAdministrator) -> str:
        """The first digits of the account's number: a list is no place for people's addresses."""
        return str(administrator.user_id)[:8]

    @admin.display(description=_("account"))
    def address(self, administrator: CustomerAdministrator) -> str:
        """The address with which the account signs in."""
        return administrator.user.email

    def subject_digest_of(self, pk: str) -> str:
        """The person of the account."""
        return Subject(user_id=CustomerAdministrator.objects.get(pk=pk).user_id).digest

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nothing can be changed about an appointment: it is made, and it ends."""
        return False

    def get_fields(self, request: HttpRequest, obj: Any | None = None) -> Any:
        """What is asked, or what is known."""
        return ("customer", "account") if obj is None else ("customer", "address", "appointed_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> Any:
        """All of it, once it is there."""
        return () if obj is None else ("customer", "address", "appointed_at")

    def get_form(
        self, request: HttpRequest, obj: Any | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:  # type: ignore[type-arg]
        """The form knows who appoints: nobody appoints themselves."""
        form: type[forms.ModelForm] = super().get_form(request, obj, change, **kwargs)  # type: ignore[type-arg]
        form.appointed_by = request.user.pk  # type: ignore[attr-defined] # the class is made for this request
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:  # type: ignore[type-arg]
        """Hand the appointment to the service."""
        given = form.cleaned_data
        made = appointing.appoint(
            actor=staff_actor(request), customer_id=given["customer"].pk, user_id=given["account"].pk
        )
        obj.pk = made.pk

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Hand the removal to the service."""
        customer = obj.customer
        if appointing.remove(actor=staff_actor(request), administrator_id=obj.pk):
            messages.warning(request, KEYS_STAY % {"customer": customer.name})

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Several at once are several removals."""
        for administrator in queryset:
            self.delete_model(request, administrator)
