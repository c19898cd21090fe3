"""Customers, what is agreed with them, and the people whom they enrol."""

import uuid

from django.db import models
from django.db.models.functions import Cast, Collate, Length, Lower, Now
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from accounts.vocabulary import CustomerKind, OurRole
from privacy.data_map.subject import Subject

# What a Customer may say about a person beyond name and address, as PostgreSQL writes it down: characters.
ATTRIBUTES_CHARACTERS = 4_000
# A Customer's people stand in this order, and are found by how it begins: one index serves both.
NAME_KEY = Collate(Lower("nickname"), "C")
# A Customer is found by how its name begins.
CUSTOMER_KEY = Collate(Lower("name"), "C")


class Customer(models.Model):
    """A manufacturer or retailer that uses our software and enrols its people (promises P0.1 and P1.3).

    `answers_itself` says that the Customer is the controller who must answer its people's requests; where we are only
    the processor, it may also have charged us with the answers. `language` is that in which its people are told that
    they were enrolled: nobody knows theirs yet.
    """

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=CustomerKind.choices)
    country = models.CharField(_("country"), max_length=2)
    language = models.CharField(_("language of its people"), max_length=10, default="en", db_default="en")
    our_role = models.CharField(_("what Occicor is"), max_length=10, choices=OurRole.choices)
    answers_itself = models.BooleanField(_("answers requests itself"), default=False)
    privacy_contact = models.EmailField(_("address for requests about privacy"), blank=True, db_index=True)
    agreement_signed_on = models.DateField(_("agreement signed on"), null=True, blank=True)
    agreement_ended_on = models.DateField(_("agreement ended on"), null=True, blank=True)

    class Meta:
        """One row for each company; who answers requests can be reached."""

        verbose_name = _("Customer")
        verbose_name_plural = _("Customers")
        constraints = (
            models.UniqueConstraint(
                Lower("name"),
                name="customer_name_once",
                violation_error_message=_("There is a Customer of this name already."),
            ),
            models.CheckConstraint(
                condition=models.Q(answers_itself=False) | models.Q(our_role=OurRole.PROCESSOR),
                name="customer_answers_as_controller",
                violation_error_message=_("Only a Customer for whom we are the processor answers requests itself."),
            ),
            models.CheckConstraint(
                condition=models.Q(answers_itself=False) | ~models.Q(privacy_contact=""),
                name="customer_answers_at_an_address",
                violation_error_message=_("Enter the address at which the Customer answers requests."),
            ),
            models.CheckConstraint(
                condition=models.Q(privacy_contact=Lower("privacy_contact")), name="customer_contact_lower_case"
            ),
            models.CheckConstraint(
                condition=models.Q(agreement_ended_on__isnull=True)
                | models.Q(agreement_ended_on__gte=models.F("agreement_signed_on")),
                name="customer_agreement_in_order",
                violation_error_message=_("An agreement ends after it was signed: check both dates."),
            ),
        )
        indexes = (models.Index(CUSTOMER_KEY, name="customer_by_name"),)

    def __str__(self) -> str:
        return self.name


class Enrolment(models.Model):
    """A person whom a Customer enrolled, with or without an account: what the Customer told us about them.

    `user` is set once the person has shown, with a code, that the work address is theirs and signs in with it. From
    then on the row is reached through the account only: `unclaimed_email` is empty, so that whoever reads the work
    mailbox later, a successor or the employer, does not reach it. `asked_as` and `asked_what` are digests of the
    `Idempotency-Key` with which a system had it made, and of what it said then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="enrolments")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="enrolments")
    nickname = models.CharField(_("first name or nickname"), max_length=60)
    work_email = models.EmailField(_("work e-mail address"))
    unclaimed_email = models.GeneratedField(
        expression=models.Case(models.When(user__isnull=True, then=models.F("work_email")), default=None),
        output_field=models.EmailField(null=True),
        db_persist=True,
    )
    attributes = models.JSONField(_("what else the Customer told us"), default=dict, blank=True)
    enrolled_at = models.DateTimeField(_("enrolled"), db_default=Now())
    invited_at = models.DateTimeField(_("told by e-mail"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    asked_as = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    asked_what = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)

    class Meta:
        """One row for each work address of a Customer; found by the address while nobody has claimed it."""

        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = (
            models.UniqueConstraint(fields=("work_email", "customer"), name="enrolment_once"),
            models.CheckConstraint(condition=models.Q(work_email=Lower("work_email")), name="enrolment_lower_case"),
            models.CheckConstraint(
                condition=LessThanOrEqual(
                    Length(Cast("attributes", models.TextField())), models.Value(ATTRIBUTES_CHARACTERS)
                ),
                name="enrolment_attributes_small",
            ),
        )
        indexes = (
            models.Index(fields=("unclaimed_email",), name="enrolment_unclaimed"),
            models.Index(models.F("customer"), NAME_KEY, models.F("id"), name="enrolment_by_name"),
            models.Index(fields=("asked_as",), condition=~models.Q(asked_as=""), name="enrolment_asked_as"),
        )

    def __str__(self) -> str:
        return f"enrolment {self.pk}"

    @property
    def subject(self) -> Subject:
        """The person: by account, or by work address while there is none."""
        return Subject(user_id=self.user_id) if self.user_id else Subject(emails=frozenset({self.work_email}))
