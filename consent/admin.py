"""Subscriptions as staff see them: how many, and one by one on record; nothing can be added or changed here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from consent import selectors
from consent.mailings.admin import MailingAdmin
from consent.models import Subscription, Wording
from privacy.admin_base import LookRecordedMixin, ReadOnlyAdmin, ShownFiltersMixin

__all__ = ["MailingAdmin", "SubscriptionAdmin", "WordingAdmin"]


@admin.register(Subscription)
class SubscriptionAdmin(LookRecordedMixin, ShownFiltersMixin, ReadOnlyAdmin):
    """Counts per topic, then the rows without their addresses; a whole address finds its own."""

    looked_event = "subscription.viewed"
    list_display = ("short_id", "topic", "state", "language", "confirmed_at", "ended_at")
    list_filter = ("topic", "state")
    list_per_page = 50
    search_fields = ("=email",)
    search_help_text = _("The whole e-mail address; parts of one find nothing.")
    fields = ("topic", "state", "email", "language", "wording", "asked_at", "confirmed_at", "ended_at")
    readonly_fields = fields
    ordering = ("-confirmed_at", "pk")
    show_full_result_count = False

    @admin.display(description=_("subscription"), ordering="id")
    def short_id(self, row: Subscription) -> str:
        """The first digits of the number: a list is no place for people's addresses."""
        return str(row.pk)[:8]

    def subject_digest_of(self, pk: str) -> str:
        """Whoever has the address, or had it."""
        return selectors.subject_digest(pk)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with how many there are of each topic."""
        return super().changelist_view(request, {**(extra_context or {}), "counts": selectors.counts()})


@admin.register(Wording)
class WordingAdmin(ReadOnlyAdmin):
    """The words with which people were asked: what a number in a proof of consent stands for."""

    list_display = ("id", "language", "since", "sha256")
    list_filter = ("language",)
    fields = ("id", "language", "text", "sha256", "since")
    readonly_fields = fields
