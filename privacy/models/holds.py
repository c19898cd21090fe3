"""Legal holds: what must not be erased for now, of whom, why, and who looks at it again."""

from datetime import UTC
from uuid import UUID, uuid5

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from privacy.case_words import OF_CLAIMS, HoldGround, HoldReason, HoldScope

_REF = UUID("b1c9a3d4-0c55-4f0e-9a55-2f7d1f5f6c11")
_WHOM = (
    (Q(scope=HoldScope.PERSON, group="") & ~Q(subject_digest=""))
    | (Q(scope=HoldScope.GROUP, subject_digest="") & ~Q(group=""))
    | (Q(scope=HoldScope.EVERYBODY, subject_digest="", group="") & ~Q(slugs=[]))
)


class LegalHold(models.Model):
    """That data must stay for a claim or by law, until a second person ends it (Art. 17(3)(b) and (e) GDPR).

    People stand here by keyed digests only (HeldDigest). `slugs` are the holdings that stay; none means everything.
    `group` is "kind:key" of privacy.groups. While `telling_forbidden`, nothing that a person sees shows the hold.
    """

    scope = models.CharField(_("whose data"), max_length=10, choices=HoldScope.choices)
    subject_digest = models.CharField(max_length=64, blank=True)
    group = models.CharField(_("of which Customer"), max_length=60, blank=True)
    slugs = models.JSONField(_("what stays"), default=list)
    reason = models.CharField(_("reason"), max_length=20, choices=HoldReason.choices)
    text = models.TextField(_("what it is about"), max_length=2000)
    power = models.CharField(_("law, order or number of the case"), max_length=200, blank=True)
    telling_forbidden = models.BooleanField(_("the person must not be told"), default=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    opened_at = models.DateTimeField(_("since"), db_default=Now())
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        verbose_name=_("who looks at it again"),
    )
    review_on = models.DateField(_("looked at again on"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        """Two people look after a hold; what forbids to tell is cited. A trigger keeps the rest as it was."""

        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        ordering = ("-opened_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=_WHOM, name="hold_says_whose"),
            models.CheckConstraint(condition=~Q(reviewer=F("opened_by")), name="hold_reviewed_by_another"),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True) | ~Q(ended_by=F("opened_by")), name="hold_ended_by_another"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True) | Q(ended_at__isnull=False),
                name="hold_ended_whole",
            ),
            models.CheckConstraint(
                condition=Q(telling_forbidden=False) | ~Q(power=""), name="hold_cites_what_forbids_telling"
            ),
        )
        indexes = (models.Index(fields=("review_on",), condition=Q(ended_at__isnull=True), name="hold_in_force"),)

    def __str__(self) -> str:
        return f"legal hold {self.pk}"

    @property
    def ref(self) -> UUID:
        """How the ledger calls it: by the instant at which it was opened, one after the other; numbers come again."""
        return uuid5(_REF, self.opened_at.astimezone(UTC).isoformat())

    @property
    def ground(self) -> HoldGround:
        """The exception that the person is told: of a hold that they must not know of, only that the law asks it."""
        claims = self.reason in OF_CLAIMS and not self.telling_forbidden
        return HoldGround.LEGAL_CLAIMS if claims else HoldGround.LEGAL_OBLIGATION


class HeldDigest(models.Model):
    """One identifier, as a keyed digest, of somebody whose data is held.

    `shown_to` is the same digest once the person may know of it, and empty before: the data map goes by it alone.
    """

    hold = models.ForeignKey(LegalHold, on_delete=models.CASCADE, related_name="digests")
    digest = models.CharField(max_length=64)
    shown_to = models.CharField(max_length=64, null=True, db_index=True)

    class Meta:
        """Each identifier once per hold; looked up by digest."""

        constraints = (
            models.UniqueConstraint(fields=("digest", "hold"), name="held_digest_once"),
            models.CheckConstraint(
                condition=Q(shown_to__isnull=True) | Q(shown_to=F("digest")), name="held_digest_shown_to_itself"
            ),
        )

    def __str__(self) -> str:
        return f"digest of hold {self.hold_id}"
