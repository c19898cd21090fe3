"""The proof as staff see it: what was asked and chosen, the seals, and an export to check it elsewhere."""

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from consent import exporting, notices, pictures
from consent.admin.forms import PublishForm
from consent.models import ConsentEvent, NoticeVersion, ProofSeal
from consent.vocabulary import ChoiceState
from privacy.admin_base import LookRecordedMixin, ReadOnlyAdmin, ShownFiltersMixin, staff_actor


@admin.register(NoticeVersion)
class NoticeVersionAdmin(ShownFiltersMixin, ReadOnlyAdmin):
    """Every version of the question; the next one is published here."""

    change_list_template = "admin/consent/catalogue_list.html"
    list_display = ("number", "language", "material", "published_at", "sha256")
    list_filter = ("language", "material")
    fields = ("number", "language", "material", "change", "words", "sha256", "template_sha256", "published_at")
    readonly_fields = fields
    ordering = ("-number", "language")

    def get_urls(self) -> list[URLPattern]:
        """The page on which the next version is published."""
        page = path("publish/", self.admin_site.admin_view(self.publish_view), name="consent_noticeversion_publish")
        return [page, *super().get_urls()]

    @admin.display(description=_("content"))
    def words(self, version: NoticeVersion) -> SafeString:
        """What it froze."""
        return format_html("<pre class='copy'>{}</pre>", json.dumps(version.content, ensure_ascii=False, indent=2))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, and what to do next."""
        told = {"is_behind": notices.is_behind(), "not_pictured": pictures.not_pictured()}
        return super().changelist_view(request, {**(extra_context or {}), **told})

    def publish_view(self, request: HttpRequest) -> HttpResponse:
        """What would change, and the button that publishes it."""
        if not request.user.has_perm("consent.add_noticeversion"):
            raise PermissionDenied
        form = PublishForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            self._publish(request, form)
            return redirect("admin:consent_noticeversion_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Publish the question about cookies"),
            "form": form,
            "differences": notices.differences(),
        }
        return TemplateResponse(request, "admin/consent/publish.html", context)

    def _publish(self, request: HttpRequest, form: PublishForm) -> None:
        actor, material = staff_actor(request), form.cleaned_data["material"]
        try:
            number = notices.publish(actor=actor, material=material, changes=form.changes())
        except notices.NothingToPublish:
            messages.warning(request, _("Nothing was published: the newest version says the same already."))
            return
        messages.success(request, _("Version %(number)d counts from now on.") % {"number": number})


@admin.register(ConsentEvent)
class ConsentEventAdmin(LookRecordedMixin, ShownFiltersMixin, ReadOnlyAdmin):
    """Every choice on record; a receipt's number finds its own."""

    change_list_template = "admin/consent/event_list.html"
    looked_event = "choice.viewed"
    list_display = ("key", "occurred_at", "method", "chosen", "surface", "gpc")
    list_filter = ("method", "gpc", "occurred_at")
    list_per_page = 50
    list_select_related = ("notice",)
    search_fields = ("=key",)
    search_help_text = _("The number of a receipt, all of it.")
    fields = (
        "key", "occurred_at", "method", "chosen", "notice", "surface", "gpc", "valid_until", "keep_until", "digest",
        "mac",
    )  # fmt: skip
    readonly_fields = fields
    ordering = ("-id",)
    show_full_result_count = False

    @admin.display(description=_("choices"))
    def chosen(self, event: ConsentEvent) -> str:
        """Each purpose with its answer."""
        return ", ".join(f"{code}: {state}" for code, state in event.states.items())

    def subject_digest_of(self, pk: str) -> str:
        """Whoever chose, where that is known."""
        return str(ConsentEvent.objects.values_list("digest", flat=True).get(pk=pk))

    def get_urls(self) -> list[URLPattern]:
        """The export, as lines of JSON or as a table."""
        view = self.admin_site.admin_view(self.export_view)
        return [path("export.<str:kind>", view, name="consent_consentevent_export"), *super().get_urls()]

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponse | StreamingHttpResponse:
        """Every choice with its code, then every seal; streamed, and on record."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        exporting.record(actor=staff_actor(request))
        lines = _as_csv(exporting.rows()) if kind == "csv" else _as_json(exporting.rows())
        media_type = "text/csv; charset=utf-8" if kind == "csv" else "application/jsonl"
        answer = StreamingHttpResponse(lines, content_type=media_type)
        answer["Content-Disposition"] = f'attachment; filename="consent-proof.{"csv" if kind == "csv" else "jsonl"}"'
        return answer


@admin.register(ProofSeal)
class ProofSealAdmin(ReadOnlyAdmin):
    """The seal of each day, and the counts that stay when its rows go."""

    list_display = ("day", "events", "counted", "key_id", "sealed_at")
    fields = ("day", "events", "counted", "keep_until", "previous", "hash", "signature", "key_id", "sealed_at")
    readonly_fields = fields
    ordering = ("-day",)

    @admin.display(description=_("how often"))
    def counted(self, seal: ProofSeal) -> SafeString:
        """Each purpose with how often it was accepted and refused."""
        counts = (
            (code, ", ".join(f"{ChoiceState(state).label} {count}" for state, count in sorted(said.items())))
            for code, said in sorted(seal.counts.items())
        )
        return format_html_join(" · ", "<bdi>{}</bdi>: {}", counts)


class _Line:
    """A file that hands each line on."""

    def write(self, line: str) -> str:
        return line


def _as_csv(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    writer = csv.DictWriter(_Line(), exporting.COLUMNS)
    yield writer.writerow(dict(zip(exporting.COLUMNS, exporting.COLUMNS, strict=True)))
    for row in rows:
        yield writer.writerow({name: _cell(row.get(name, "")) for name in exporting.COLUMNS})


def _cell(value: Any) -> str:
    text = json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else str(value)
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text


def _as_json(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    return (f"{json.dumps(row, sort_keys=True, ensure_ascii=False)}\n" for row in rows)
