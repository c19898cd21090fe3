"""What the screens of staff share: a log that names things by number, and a record of who looked at whose data."""

import json
from collections.abc import Callable, Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.admin import ModelAdmin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse

from privacy import audit, staff_visits
from privacy.actors import Actor

# How Django's filters ask: for a value, a row that is pointed at, or whether there is one.
FILTER_ENDINGS = ("", "__exact", "__id__exact", "__isempty", "__isnull")
# How they ask for a span of days; of nothing else than days, for anything else could be guessed letter by letter.
SPAN_ENDINGS = ("__gte", "__lt")


def staff_actor(request: HttpRequest) -> Actor:
    """The member of staff behind a request to the admin, with why they look; raises PermissionDenied for anyone else.

    Whoever acts without looking need not have said why; whoever looks: `looking_actor`.
    """
    user = request.user
    if not user.is_authenticated or not user.is_staff:
        raise PermissionDenied
    visit = staff_visits.of(request.session)
    return Actor.staff(UUID(str(user.pk)), looking_for=visit.reason if visit else "")


def looking_actor(request: HttpRequest) -> Actor:
    """The member of staff who is about to see somebody's data: call it before anything is read.

    Raises PermissionDenied, and ReasonWanted when they have not said in this visit why they look: the desk then asks
    and comes back. What is sent meanwhile goes through under the reason that was given last: nothing typed is lost.
    """
    actor = staff_actor(request)
    staff_visits.require(request.session, reading=request.method in {"GET", "HEAD"})
    return actor


class NumberedLogAdmin(ModelAdmin):  # type: ignore[type-arg] # not generic at run time
    """An admin whose log entries never hold what a thing is called: names and addresses would outlive an erasure.

    Each entry names its object by model and primary key, and its changes by field. Use it for every model; for models
    whose primary key is a person's own (accounts) let a service write to the audit instead: `log_to_audit_only`.
    """

    log_to_audit_only = False

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What was changed; raises PermissionDenied before it tells whether there is such an object."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> LogEntry:
        """Log that an object was added."""
        return self._log(request, [obj], ADDITION, message)[0]

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> LogEntry:
        """Log that an object was changed."""
        return self._log(request, [obj], CHANGE, message)[0]

    def log_deletions(self, request: HttpRequest, queryset: Any) -> list[LogEntry]:
        """Log that objects were deleted."""
        return self._log(request, queryset, DELETION, "")

    def _log(self, request: HttpRequest, objects: Iterable[models.Model], flag: int, message: Any) -> list[LogEntry]:
        by = UUID(str(request.user.pk))
        entries = [
            LogEntry(
                user_id=by,
                content_type_id=None if self.log_to_audit_only else _content_type_id(item),
                object_id=str(item.pk),
                object_repr=f"{item._meta.verbose_name} {item.pk}"[:200],
                action_flag=flag,
                change_message=_fields_only(message),
            )
            for item in objects
        ]
        return entries if self.log_to_audit_only else LogEntry.objects.bulk_create(entries)


class ReadOnlyAdmin(NumberedLogAdmin):
    """A screen to look, not to touch: what happens to these rows happens in services."""

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody adds by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody changes by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody deletes by hand."""
        return False


class ShownFiltersMixin:
    """A list that can be narrowed by the filters it shows and by nothing else.

    Django lets an address bar narrow it by every column of the table and of those it points at, so that a hash or an
    address could be guessed letter by letter.
    """

    list_filter: ClassVar[Any] = ()
    model: ClassVar[Any]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the filters that are shown ask for."""
        shown = [item[0] if isinstance(item, tuple) else item for item in self.list_filter]
        fields = {field.name: field for field in self.model._meta.get_fields()}
        days = [name for name in shown if isinstance(fields.get(name), models.DateField)]
        return lookup in {
            *(f"{name}{ending}" for name in shown for ending in FILTER_ENDINGS),
            *(f"{name}{ending}" for name in days for ending in SPAN_ENDINGS),
        }


class ListRecordedMixin:
    """A list of people's things: staff say why before they see it, and that they saw it is recorded once a visit.

    Nobody is told of a list: it would be every one of them each time (see docs/decisions/0053).
    """

    opts: ClassVar[Any]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list; raises PermissionDenied before it asks why."""
        if not self.has_view_or_change_permission(request):  # type: ignore[attr-defined] # the admin this is mixed into
            raise PermissionDenied
        record_list(request, self.opts.label_lower)
        response: HttpResponse = super().changelist_view(request, extra_context)  # type: ignore[misc]
        return response


class LookRecordedMixin(ListRecordedMixin):
    """Records in the audit that a member of staff opened one person's data, so that the person can be told."""

    looked_event = "record.viewed"

    def subject_digest_of(self, pk: str) -> str:
        """The keyed digest of the person whose data the object is; empty when the object is nobody's."""
        raise NotImplementedError

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the object; a look that succeeded is recorded before the page leaves, after a form in error too."""
        return self._recorded(request, object_id, super().change_view, object_id, form_url, extra_context)  # type: ignore[misc]

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask whether it is to be deleted: that shows it too."""
        return self._recorded(request, object_id, super().delete_view, object_id, extra_context)  # type: ignore[misc]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What was changed about it: that names it."""
        return self._recorded(request, object_id, super().history_view, object_id, extra_context)  # type: ignore[misc]

    def _recorded(
        self, request: HttpRequest, object_id: str, view: Callable[..., HttpResponse], *given: Any
    ) -> HttpResponse:
        if not self.has_view_or_change_permission(request):  # type: ignore[attr-defined] # the admin this is mixed into
            raise PermissionDenied
        actor = looking_actor(request)
        response = view(request, *given)
        if request.method != "HEAD" and response.status_code == 200:
            with transaction.atomic():
                digest = self.subject_digest_of(object_id)
                audit.record(event=self.looked_event, actor=actor, subject_digest=digest)
        return response


def record_list(request: HttpRequest, label: str) -> None:
    """Put on record, once a visit, that a member of staff saw this list of people's things; `label` names its model.

    Raises what `looking_actor` raises.
    """
    actor = looking_actor(request)
    if staff_visits.sees_first(request.session, label):
        with transaction.atomic():
            audit.record(event=f"list{audit.LOOKED}", actor=actor, data={"what": label})


def _content_type_id(item: models.Model) -> int:
    return int(ContentType.objects.get_for_model(item, for_concrete_model=False).pk)


def _fields_only(message: Any) -> str:
    """The admin's change message without the names of related objects that Django puts into it."""
    if not isinstance(message, list):
        return ""
    kept = [
        {act: {key: value for key, value in what.items() if key != "object"} for act, what in part.items()}
        for part in message
    ]
    return json.dumps(kept)
