"""How staff choose a Customer in a form of the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from accounts.models import Customer


class CustomersByNameMixin(admin.ModelAdmin):  # type: ignore[type-arg]
    """For rows that belong to a Customer."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The Customers by name, in their order."""
        return super().formfield_for_foreignkey(db_field, request, queryset=Customer.objects.order_by("name"), **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Without the signs beside the list by which Customers could be changed on the way."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.ModelChoiceField):
            field.widget = field.widget.widget
        return field
