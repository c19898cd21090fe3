"""The staff's view of the foundation, read only: the audit chain and its seals, jobs and their steps, signs of life."""

import json
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from privacy.admin_read_only import ReadOnly
from privacy.models import AuditEntry, AuditSeal, Heartbeat, Job, JobStep

if TYPE_CHECKING:
    EntryBase = admin.ModelAdmin[AuditEntry]
    SealBase = admin.ModelAdmin[AuditSeal]
    JobBase = admin.ModelAdmin[Job]
    HeartbeatBase = admin.ModelAdmin[Heartbeat]
    StepBase = admin.TabularInline[JobStep, Job]
else:
    EntryBase = SealBase = JobBase = HeartbeatBase = admin.ModelAdmin
    StepBase = admin.TabularInline


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, EntryBase):
    """The audit as it was written: who did what, when; persons stand in it as digests only."""

    list_display = ("seq", "occurred_at", "event", "actor", "object_type", "object_id")
    list_filter = ("event",)
    list_per_page = 50
    fields: Any = (
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
class AuditSealAdmin(ReadOnly, SealBase):
    """Each day's signature over the chain."""

    list_display = ("day", "last_seq", "key_id", "sealed_at")
    fields = ("day", "last_seq", "last_hash", "signature", "key_id", "sealed_at")
    readonly_fields = fields
    ordering = ("-day",)


class StepInline(ReadOnly, StepBase):
    """The steps of a job, in the order in which they began."""

    model = JobStep
    extra = 0
    can_delete = False
    fields = ("name", "count", "started_at", "done_at")
    readonly_fields = fields
    ordering = ("started_at", "pk")
    verbose_name_plural = _("steps")


@admin.register(Job)
class JobAdmin(ReadOnly, JobBase):
    """Work and how far it is; a job that needs staff is resumed on the page of its request."""

    list_display = ("kind", "about", "state", "attempts", "failed_step", "failure", "created_at", "finished_at")
    list_filter = ("state", "kind")
    fields: Any = (
        "kind", "about", "state", "attempts", "fence", "lease_until", "not_before", "failed_step", "failure",
        "created_at", "finished_at",
    )  # fmt: skip
    readonly_fields = fields
    inlines = (StepInline,)
    ordering = ("-created_at",)
    show_full_result_count = False


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnly, HeartbeatBase):
    """When each part of the system last showed that it lives."""

    list_display = ("part", "beat_at")
    fields = ("part", "beat_at")
    readonly_fields = fields
