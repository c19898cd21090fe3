"""The lists of people that Customers send as files, and the rows of those that are not over."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.imports.vocabulary import OVER, ImportState, Verdict
from accounts.models.customers import Customer
from accounts.models.people import User


class EnrolmentImport(models.Model):
    """One file: who sent it, how it was read, where it stands, and how many people met which end.

    `made_by` is whoever of the Customer's administrators sent it, or agreed to it last. `facts` are the columns beyond
    name and address. `moved` says that the rows are no longer those to which somebody said yes, so that they are asked
    again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="imports")
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="enrolment_imports")
    made_at = models.DateTimeField(_("list read"), db_default=Now())
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.CHECKED)
    moved = models.BooleanField(default=False)
    encoding = models.CharField(max_length=12)
    separator = models.CharField(max_length=1)
    facts = models.JSONField(default=list)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """An import that is over has an end."""

        verbose_name = _("import of people")
        verbose_name_plural = _("imports of people")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=OVER, ended_at__isnull=False)
                | (~models.Q(state__in=OVER) & models.Q(ended_at__isnull=True)),
                name="enrolment_import_over",
            ),
        )
        indexes = (models.Index(fields=("customer", "-made_at"), name="enrolment_import_newest"),)

    def __str__(self) -> str:
        return f"import {self.pk}"

    @property
    def lines(self) -> int:
        """How many people the file names."""
        return self.new + self.changed + self.unchanged + self.refused


class ImportRow(models.Model):
    """One line of a file, until the person is told, and at the latest for settings.IMPORT_HOURS.

    `readable` says that the row by itself, and beside the others of its file, is one to enrol somebody by; only of
    those the `verdict` is asked again. `enrolment` is the key of the enrolment that it becomes, or changes.
    """

    id = models.BigAutoField(primary_key=True)
    # Found by the constraint's own index; each further one is paid for by every row of every file.
    source = models.ForeignKey(EnrolmentImport, on_delete=models.CASCADE, related_name="rows", db_index=False)
    line = models.PositiveIntegerField()
    nickname = models.TextField(_("first name or nickname"), blank=True)
    work_email = models.TextField(_("work e-mail address"), blank=True)
    facts = models.JSONField(_("what else the Customer told us"), default=dict)
    digest = models.CharField(max_length=64, blank=True)
    readable = models.BooleanField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reason = models.CharField(max_length=12, blank=True)
    about = models.CharField(max_length=60, blank=True)
    other_line = models.PositiveIntegerField(null=True)
    enrolment = models.UUIDField(default=uuid.uuid4, db_default=models.Func(function="gen_random_uuid"))
    changes = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))

    class Meta:
        """Each line once; found by the address of the person."""

        constraints = (models.UniqueConstraint(fields=("source", "line"), name="import_row_once"),)
        indexes = (models.Index(fields=("work_email",), name="import_row_address"),)

    def __str__(self) -> str:
        return f"line {self.line} of import {self.source_id}"
