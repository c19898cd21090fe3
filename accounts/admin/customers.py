"""Customers and those whom they enrol, as staff see them: every change by a service, every look on record."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import customers, enrolling
from accounts.admin.choosing import CustomersByNameMixin
from accounts.admin.forms import CustomerForm, EndForm, EnrolForm
from accounts.models import Customer, Enrolment
from privacy.admin_base import LookRecordedMixin, NumberedLogAdmin, ShownFiltersMixin, staff_actor
from privacy.data_map.subject import Subject, subject_of_user


@admin.register(Customer)
class CustomerAdmin(LookRecordedMixin, ShownFiltersMixin, NumberedLogAdmin):
    """What is agreed with each Customer."""

    looked_event = "customer.viewed"
    list_display = ("name", "kind", "country", "our_role", "answers_itself", "agreement_ended_on")
    list_filter = ("kind", "our_role", "answers_itself")
    search_fields = ("name",)
    search_help_text = _("By name")
    ordering = ("name",)
    form = CustomerForm

    def subject_digest_of(self, pk: str) -> str:
        """The person behind the address for requests, if it is a person's."""
        contact = Customer.objects.values_list("privacy_contact", flat=True).get(pk=pk)
        return Subject(emails=frozenset({contact})).digest if contact else ""

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """An agreement ends; what was agreed must be shown for as long as claims can be made."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:  # type: ignore[type-arg]
        """Hand the terms to the service."""
        terms, actor = customers.Terms(**form.cleaned_data), staff_actor(request)
        if change:
            customers.change_customer(actor=actor, customer_id=obj.pk, terms=terms)
        else:
            obj.pk = customers.add_customer(actor=actor, terms=terms).pk


@admin.register(Enrolment)
class EnrolmentAdmin(CustomersByNameMixin, LookRecordedMixin, ShownFiltersMixin, NumberedLogAdmin):
    """One enrolled person at a time: found by the whole work address only, opened on record."""

    looked_event = "enrolment.viewed"
    list_display = ("short_id", "customer", "claimed", "enrolled_at", "ended_at")
    list_select_related = ("customer",)
    list_filter = (("ended_at", admin.EmptyFieldListFilter), "customer")
    search_fields = ("=work_email",)
    search_help_text = _("The whole work address; parts of one find nothing.")
    ordering = ("-enrolled_at",)
    list_per_page = 50
    said = ("customer", "nickname", "work_email", "facts", "claimed", "enrolled_at", "invited_at", "ended_at")

    @admin.display(description=_("enrolment"), ordering="id")
    def short_id(self, enrolment: Enrolment) -> str:
        """The first digits of the number: a list is no place for people's addresses."""
        return str(enrolment.pk)[:8]

    @admin.display(description=_("has an account"), boolean=True)
    def claimed(self, enrolment: Enrolment) -> bool:
        """Whether the person signs in."""
        return enrolment.user_id is not None

    @admin.display(description=_("what else the Customer told us"))
    def facts(self, enrolment: Enrolment) -> str:
        """The further facts in one line."""
        return ", ".join(f"{name}: {value}" for name, value in enrolment.attributes.items())

    def subject_digest_of(self, pk: str) -> str:
        """The person: by account, or by work address while there is none."""
        return Enrolment.objects.get(pk=pk).subject.digest

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """An enrolment ends, and goes a year later or by a request for erasure."""
        return False

    def get_form(
        self, request: HttpRequest, obj: Any | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:  # type: ignore[type-arg]
        """One form to enrol, one to end."""
        form: type[forms.ModelForm] = super().get_form(  # type: ignore[type-arg]
            request, obj, change, **{**kwargs, "form": EndForm if change else EnrolForm}
        )
        return form

    def get_fields(self, request: HttpRequest, obj: Any | None = None) -> Any:
        """What is said; the end while it has not come."""
        if obj is None:
            return ("customer", "nickname", "address", "facts")
        return self.said if obj.ended_at else (*self.said, "end")

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> Any:
        """What a Customer said is not rewritten by staff: it is said anew, or corrected on request."""
        return () if obj is None else self.said

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """What may not be done with the person's data is said first."""
        context["show_save_and_continue"] = False
        if original := context.get("original"):
            context["digests"] = (subject_of_user(original.user_id) if original.user_id else original.subject).digests()
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:  # type: ignore[type-arg]
        """Hand the act to the service."""
        given, actor = form.cleaned_data, staff_actor(request)
        if not change:
            obj.pk = enrolling.enrol(
                actor=actor,
                customer_id=given["customer"].pk,
                nickname=given["nickname"],
                work_email=given["address"],
                attributes=given["facts"],
            ).pk
        elif given.get("end"):
            enrolling.end_enrolment(actor=actor, enrolment_id=obj.pk)
