"""What staff keep of their own work: views of the queue under a name, their keys, and whom they reminded when."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from rights_requests.models.request import RightsRequest
from rights_requests.vocabulary import ReminderTo

VIEW_NAME_CHARACTERS = 40


class SavedView(models.Model):
    """Tab, filters and order of the queue, kept under a name by a member of staff; a shared one stands at everybody's.

    What was searched for is never part of it: it names a person, and would outlive their erasure.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=VIEW_NAME_CHARACTERS)
    query = models.CharField(_("filters and order"), max_length=200)
    shared = models.BooleanField(_("shared with the team"), default=False)
    saved_at = models.DateTimeField(_("kept since"), db_default=Now())

    class Meta:
        """A name once for each member of staff; nobody is searched for."""

        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint("owner", Lower("name"), name="saved_view_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_a_name"),
            models.CheckConstraint(
                condition=~Q(query__startswith="q=") & ~Q(query__contains="&q="), name="saved_view_seeks_nobody"
            ),
        )
        indexes = (models.Index(fields=("name",), condition=Q(shared=True), name="saved_view_shared"),)

    def __str__(self) -> str:
        return f"saved view {self.pk}"


class DeskChoice(models.Model):
    """How a member of staff wants the desk; without a row, as it comes."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="desk_choice"
    )
    single_keys = models.BooleanField(_("single keys"), default=True)

    def __str__(self) -> str:
        return f"desk choice {self.pk}"


class Reminder(models.Model):
    """That staff reminded whoever a request waits for: who asked, of our question, or the colleague who has it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="reminders")
    whom = models.CharField(max_length=10, choices=ReminderTo.choices)
    # The day in the controller's zone.
    sent_on = models.DateField()
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )

    class Meta:
        """One a day for each request, whoever sends it."""

        ordering = ("sent_on",)
        constraints = (models.UniqueConstraint(fields=("request", "sent_on"), name="reminded_once_a_day"),)

    def __str__(self) -> str:
        return f"reminder {self.pk}"
