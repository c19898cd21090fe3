"""The accounts as staff see them: enough to help a person, nothing to browse, and access decided through a service."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.models import User
from privacy.admin_base import LookRecordedMixin, NumberedLogAdmin, ShownFiltersMixin, staff_actor
from privacy.data_map.subject import Subject, subject_of_user


class AccessForm(forms.ModelForm):  # type: ignore[type-arg] # not generic at run time
    """What is decided about an account's access, each team with a box of its own."""

    groups = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"), required=False, label=_("Teams"), widget=forms.CheckboxSelectMultiple
    )


@admin.register(User)
class UserAdmin(LookRecordedMixin, ShownFiltersMixin, NumberedLogAdmin):
    """One account at a time: found by its whole address only, opened on record, and changed only in what it may do."""

    looked_event = "account.viewed"
    log_to_audit_only = True
    list_display = ("short_id", "is_active", "is_staff", "joined_at", "last_login")
    list_filter = ("is_staff", "is_active")
    search_fields = ("=email",)
    search_help_text = _("The whole e-mail address; parts of one find nothing.")
    ordering = ("-joined_at",)
    list_per_page = 50
    fields = ("email", "joined_at", "last_login", "is_active", "is_staff", "groups")
    readonly_fields = ("email", "joined_at", "last_login")
    form = AccessForm

    @admin.display(description=_("account"), ordering="id")
    def short_id(self, account: User) -> str:
        """The first digits of the account's number: a list is no place for people's addresses."""
        return str(account.pk)[:8]

    def subject_digest_of(self, pk: str) -> str:
        """The person of the account."""
        return Subject(user_id=UUID(pk)).digest

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """People make their own accounts, staff too."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """An account goes by an erasure request, so that everything goes with it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Access is decided by those who may do everything, and never on one's own account."""
        may = bool(getattr(request.user, "is_superuser", False))
        return may and (obj is None or obj.pk != request.user.pk)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """One way to save is enough for three questions; what may not be done with the person's data is said first."""
        context["show_save_and_continue"] = False
        context["digests"] = subject_of_user(context["original"].pk).digests()
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:  # type: ignore[type-arg]
        """Hand the decision to the service; it writes the audit entry and ends sessions where it must."""
        services.change_access(
            actor=staff_actor(request),
            user_id=obj.pk,
            is_active=form.cleaned_data["is_active"],
            is_staff=form.cleaned_data["is_staff"],
            group_ids=[group.pk for group in form.cleaned_data["groups"]],
        )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing: the service has set the teams already."""


@admin.register(Group)
class TeamAdmin(NumberedLogAdmin):
    """The teams of our staff and what each may do; a team that could be changed by its members would bind nobody."""

    list_display = ("name",)
    search_fields = ("name",)
    filter_horizontal = ("permissions",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """As for accounts: only those who may do everything decide on access."""
        return _may_do_everything(request)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """As for adding."""
        return _may_do_everything(request)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """As for adding."""
        return _may_do_everything(request)


def _may_do_everything(request: HttpRequest) -> bool:
    user = request.user
    return bool(user.is_active and getattr(user, "is_superuser", False))
