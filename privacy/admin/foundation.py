"""The staff's view of the foundation, read only: audit and seals, jobs, signs of life, the policy's versions."""

import json
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from privacy.admin_base import ReadOnlyAdmin
from privacy.models import AuditEntry, AuditSeal, Heartbeat, Job, JobStep, PolicyText, PolicyVersion
from privacy.policy.drift import differences


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The audit as it was written: who did what, when; persons stand in it as digests only."""

    list_display = ("seq", "occurred_at", "event", "actor", "object_id")
    list_filter = ("event",)
    list_per_page = 50
    fields = (
        "seq", "occurred_at", "event", "actor", "subject_digest", "object_type", "object_id", "facts", "prev_hash",
        "hash",
    )  # fmt: skip
    readonly_fields = fields
    search_fields = ("event", "actor", "object_id", "subject_digest")
    search_help_text = _("By event, actor, object or digest")
    ordering = ("-seq",)
    show_full_result_count = False

    @admin.display(description=_("data"))
    def facts(self, entry: AuditEntry) -> SafeString:
        """What the entry says beyond its columns: numbers and words of closed lists."""
        return format_html("<code>{}</code>", json.dumps(entry.data, sort_keys=True))


@admin.register(AuditSeal)
class AuditSealAdmin(ReadOnlyAdmin):
    """Each day's signature over the chain."""

    list_display = ("day", "last_seq", "key_id", "sealed_at")
    fields = ("day", "last_seq", "last_hash", "signature", "key_id", "sealed_at")
    readonly_fields = fields
    ordering = ("-day",)


class StepInline(admin.TabularInline):  # type: ignore[type-arg] # not generic at run time
    """The steps of a job, in the order in which they began."""

    model = JobStep
    template = "admin/privacy/job/steps.html"
    extra = 0
    can_delete = False
    fields = ("name", "count", "started_at", "done_at")
    readonly_fields = fields
    ordering = ("started_at", "pk")
    verbose_name_plural = _("steps")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Steps are the work of the engine."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Steps are the work of the engine."""
        return False


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Work and how far it is; a job that needs staff is resumed on the page of its request."""

    list_display = ("kind", "about", "state", "attempts", "failed_step", "failure", "created_at", "finished_at")
    list_filter = ("state", "kind")
    fields = (
        "kind", "about", "state", "attempts", "fence", "lease_until", "not_before", "failed_step", "failure",
        "created_at", "finished_at",
    )  # fmt: skip
    readonly_fields = fields
    inlines = [StepInline]  # noqa: RUF012 - as Django types it
    ordering = ("-created_at",)
    show_full_result_count = False


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """When each part of the system last showed that it lives."""

    list_display = ("part", "beat_at")
    fields = ("part", "beat_at")
    readonly_fields = fields


class PolicyTextInline(admin.TabularInline):  # type: ignore[type-arg] # not generic at run time
    """What a version says in each language, by its hash, and what changed and why."""

    model = PolicyText
    template = "admin/privacy/policyversion/texts.html"
    extra = 0
    can_delete = False
    fields = ("language", "changed", "hash")
    readonly_fields = fields
    verbose_name_plural = _("texts")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Versions are published by a command."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is published stays."""
        return False


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnlyAdmin):
    """The published versions, and what would change if one were published now."""

    list_display = ("number", "effective_on", "material", "published_at", "hash")
    fields = ("number", "effective_on", "material", "published_at", "hash")
    readonly_fields = fields
    inlines = [PolicyTextInline]  # noqa: RUF012 - as Django types it
    ordering = ("-number",)

    def get_urls(self) -> list[URLPattern]:
        """With the page of the differences."""
        drift = path("drift/", self.admin_site.admin_view(self.drift_view), name="privacy_policyversion_drift")
        return [drift, *super().get_urls()]

    def drift_view(self, request: HttpRequest) -> HttpResponse:
        """What would change if a version were published now; raises PermissionDenied for whoever may not see them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = differences()
        context = {**self.admin_site.each_context(request), "opts": self.opts, "found": found}
        return TemplateResponse(request, "admin/privacy/policyversion/drift.html", context)
