"""The catalogue as staff keep it; nothing of it is shown to people before it is published."""

from typing import Any

from django.contrib import admin
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from consent import catalogue, notices
from consent.admin.forms import PartyForm, PurposeForm, TrackerForm
from consent.models import Party, Purpose, Tracker
from consent.vocabulary import Basis, PartyKind
from privacy import audit
from privacy.admin_base import NumberedLogAdmin, ShownFiltersMixin, staff_actor

# What is on record when one was added, and when one was changed.
EVENTS = {
    Purpose: ("purpose.added", "purpose.changed"),
    Tracker: ("tracker.added", "tracker.changed"),
    Party: ("party.added", "party.changed"),
}


class CatalogueAdmin(ShownFiltersMixin, NumberedLogAdmin):
    """A part of the catalogue: each change is on record, and the list says whether the published notice is behind."""

    change_list_template = "admin/consent/catalogue_list.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, and what to do next."""
        return super().changelist_view(request, {**(extra_context or {}), "is_behind": notices.is_behind()})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The last thing a change does is to leave its entry in the audit."""
        with transaction.atomic():
            super().save_related(request, form, formsets, change)
            added, changed = EVENTS[self.model]
            audit.record(event=changed if change else added, actor=staff_actor(request), about=form.instance)


@admin.register(Purpose)
class PurposeAdmin(CatalogueAdmin):
    """Purposes come with the code; their words and recipients can be changed."""

    form = PurposeForm
    list_display = ("title", "code", "basis", "is_asked", "written_by_staff")
    list_filter = ("basis",)
    ordering = ("group__ordering",)
    readonly_fields = ("code", "basis", "dpv", "gpc_denies", "written_by_staff")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What the code says, then what staff may change; for those who only look, the words as they are."""
        if obj is None or not self.has_change_permission(request, obj):
            return (*self.readonly_fields, "recipients", "texts")
        return (*self.readonly_fields, "recipients", *PurposeForm.names(), "from_the_code")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form as it is: its fields of texts are made for each language."""
        return PurposeForm if self.has_change_permission(request, obj) else super().get_form(request, obj, **kwargs)

    @admin.display(description=_("purpose"))
    def title(self, purpose: Purpose) -> str:
        """What people read."""
        return purpose.title

    @admin.display(description=_("asked about"), boolean=True)
    def is_asked(self, purpose: Purpose) -> bool:
        """Whether there is anything to consent to."""
        return purpose.basis == Basis.CONSENT and purpose.has_something

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A purpose needs code that asks for it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Proofs name it."""
        return False


@admin.register(Tracker)
class TrackerAdmin(CatalogueAdmin):
    """What lies in a browser: what the site's code sets can be looked at, what others set can be changed."""

    form = TrackerForm
    list_display = ("name", "purpose", "kind", "party", "from_code")
    list_filter = ("kind", "from_code")
    list_select_related = ("cookie__cookiegroup", "party")
    ordering = ("cookie__name",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of the form; for what only may be looked at, the columns."""
        if obj is not None and not self.has_change_permission(request, obj):
            return ("name", "purpose", "matching", "kind", "party", "texts", "from_code")
        return ("name", "purpose", "matching", "kind", "party", *TrackerForm.names())

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Every column of what only may be looked at."""
        return self.get_fields(request, obj) if obj and not self.has_change_permission(request, obj) else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form as it is: its fields of texts are made for each language."""
        if obj is not None and not self.has_change_permission(request, obj):
            return super().get_form(request, obj, **kwargs)
        return TrackerForm

    @admin.display(description=_("purpose"), ordering="cookie__cookiegroup")
    def purpose(self, tracker: Tracker) -> str:
        """What it is for."""
        return str(tracker.cookie.cookiegroup.name)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """The row of the library goes, and ours with it."""
        catalogue.remove(obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """The same for several; what the code sets stays."""
        catalogue.remove(*queryset.filter(from_code=False).values_list("pk", flat=True))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What the code sets, the code says."""
        return super().has_change_permission(request, obj) and not (obj and obj.from_code)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The same."""
        return super().has_delete_permission(request, obj) and not (obj and obj.from_code)


@admin.register(Party)
class PartyAdmin(CatalogueAdmin):
    """Who sets something, or learns of it."""

    form = PartyForm
    list_display = ("name", "kind", "country", "from_code")
    list_filter = ("kind",)
    ordering = ("name",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whom the settings name, and we ourselves, the settings describe."""
        return super().has_change_permission(request, obj) and not (obj and obj.kind == PartyKind.OURSELVES)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The same."""
        is_kept = bool(obj) and (obj.from_code or obj.kind == PartyKind.OURSELVES)
        return super().has_delete_permission(request, obj) and not is_kept
