"""Disclosures of personal data: what went to whom, by which power, whose it was, and whether the people were told."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from privacy.case_words import DEMANDS, NoticeState, RecipientKind
from privacy.policy.transfers import ADEQUATE, REGULATION

_AT_HOME = tuple(sorted(REGULATION | ADEQUATE))


class Disclosure(models.Model):
    """One event: data went to somebody who decides about it themselves, or by a demand of the law (promise P8.2).

    Recorded by one person, in force once a second one has confirmed it. The people are told at once, or, where a law
    forbids it, from the day `withheld_until` on. `group` is "kind:key" of privacy.groups where no single people are
    named.
    """

    slugs = models.JSONField(_("what"))
    group = models.CharField(_("of whom"), max_length=60, blank=True)
    to_name = models.CharField(_("to whom"), max_length=120)
    to_kind = models.CharField(_("kind of recipient"), max_length=20, choices=RecipientKind.choices)
    country = models.CharField(_("country"), max_length=2)
    safeguard = models.CharField(_("what protects the data there"), max_length=300, blank=True)
    happened_at = models.DateTimeField(_("when"))
    power = models.CharField(_("law"), max_length=200, blank=True)
    reference = models.CharField(_("number of the demand"), max_length=120, blank=True)
    why = models.TextField(_("why"), max_length=1000)
    withheld_until = models.DateField(_("kept from the people until"), null=True)
    withheld_reason = models.CharField(_("which law forbids to tell them"), max_length=300, blank=True)
    withheld_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    named_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(_("people told"), null=True)

    class Meta:
        """What the law asks of a disclosure is asked by the database too; a trigger keeps what was confirmed."""

        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")
        ordering = ("-happened_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(slugs=[]), name="disclosure_says_what"),
            models.CheckConstraint(
                condition=~Q(to_kind__in=DEMANDS) | (~Q(power="") & ~Q(reference="")), name="disclosure_cites_its_power"
            ),
            models.CheckConstraint(
                condition=Q(country__in=_AT_HOME) | ~Q(safeguard=""), name="disclosure_abroad_has_a_safeguard"
            ),
            models.CheckConstraint(
                condition=Q(withheld_until__isnull=True, withheld_reason="")
                | (Q(withheld_until__isnull=False) & ~Q(withheld_reason="") & ~Q(power="")),
                name="disclosure_secret_with_reason_and_day",
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("decided_by")), name="disclosure_by_two"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(second_by__isnull=False), name="disclosure_confirmed_by_one"
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True) | Q(confirmed_at__isnull=False), name="disclosure_told_when_confirmed"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(confirmed_at__isnull=True), name="disclosure_stands_or_not"
            ),
        )
        indexes = (
            models.Index(
                fields=("confirmed_at",),
                condition=Q(confirmed_at__isnull=False, told_at__isnull=True),
                name="disclosure_to_tell",
            ),
        )

    def __str__(self) -> str:
        return f"disclosure {self.pk}"


class DisclosedPerson(models.Model):
    """One person whose data was disclosed. Whom to write to is sealed, and forgotten as soon as that is done."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.CASCADE, related_name="people")
    digest = models.CharField(max_length=64)
    sealed = models.BinaryField(null=True)
    language = models.CharField(_("language"), max_length=35, blank=True)
    state = models.CharField(_("message"), max_length=12, choices=NoticeState.choices, default=NoticeState.WAITING)
    told_at = models.DateTimeField(_("told"), null=True)

    class Meta:
        """Each person once; who is to be told is found by index."""

        constraints = (models.UniqueConstraint(fields=("disclosure", "digest"), name="disclosed_person_once"),)
        indexes = (models.Index(fields=("disclosure", "id"), condition=Q(state="waiting"), name="disclosed_waiting"),)

    def __str__(self) -> str:
        return f"person of disclosure {self.disclosure_id}"


class DisclosedDigest(models.Model):
    """One identifier of such a person, as a keyed digest; `shown_to` is the same once they may know of it."""

    person = models.ForeignKey(DisclosedPerson, on_delete=models.CASCADE, related_name="digests")
    digest = models.CharField(max_length=64)
    shown_to = models.CharField(max_length=64, null=True, db_index=True)

    class Meta:
        """Each identifier once for a person."""

        constraints = (
            models.UniqueConstraint(fields=("person", "digest"), name="disclosed_digest_once"),
            models.CheckConstraint(
                condition=Q(shown_to__isnull=True) | Q(shown_to=F("digest")), name="disclosed_digest_shown_to_itself"
            ),
        )

    def __str__(self) -> str:
        return f"digest of disclosure {self.person_id}"
