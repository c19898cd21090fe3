"""That somebody's data is not to be used: restrictions, objections, protection of minors."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from privacy.vocabulary import KIND_OF_GROUND, Purpose, StopGround, StopKind


def _ground_of_its_kind() -> models.Q:
    """That a row's ground belongs to its kind."""
    fits = models.Q()
    for kind in StopKind:
        fits |= models.Q(kind=kind, ground__in=sorted(g for g, its_kind in KIND_OF_GROUND.items() if its_kind is kind))
    return fits


class ProcessingStop(models.Model):
    """That a person's data is not to be used, for all purposes or for one (Art. 18, 21 GDPR; promises P5.4, P9.1).

    The person stands here by keyed digests only, so the row outlives an erasure and works for people without account.
    `request_id` is the request it came by, if any (no foreign key: requests live on a floor above).
    """

    subject_digest = models.CharField(max_length=64)
    kind = models.CharField(_("what is stopped"), max_length=20, choices=StopKind.choices)
    ground = models.CharField(_("reason"), max_length=20, choices=StopGround.choices)
    purpose = models.CharField(_("use that is stopped"), max_length=30, choices=Purpose.choices, blank=True)
    request_id = models.UUIDField(_("request"), null=True)
    since = models.DateTimeField(_("since"), db_default=Now())
    notice_at = models.DateTimeField(_("person told that it will be lifted"), null=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True)

    class Meta:
        """One stop in force per person, ground, purpose and request; a trigger (0004) keeps all else as it was."""

        verbose_name = _("stop of processing")
        verbose_name_plural = _("stops of processing")
        ordering = ("-since", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("subject_digest", "ground", "purpose", "request_id"),
                condition=models.Q(lifted_at__isnull=True),
                nulls_distinct=False,
                name="stop_in_force_once",
            ),
            models.CheckConstraint(condition=_ground_of_its_kind(), name="stop_ground_of_its_kind"),
            models.CheckConstraint(
                condition=~models.Q(kind=StopKind.RESTRICTION)
                | models.Q(lifted_at__isnull=True)
                | models.Q(notice_at__isnull=False, notice_at__lt=models.F("lifted_at")),
                name="stop_notice_before_lifting",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=StopKind.RESTRICTION)
                | models.Q(kind=StopKind.MINOR, purpose="")
                | models.Q(ground=StopGround.OWN_SITUATION) & ~models.Q(purpose="")
                | models.Q(ground=StopGround.MARKETING, purpose=Purpose.PROMOTIONAL_MESSAGES),
                name="stop_names_its_purpose",
            ),
        )
        indexes = (models.Index(fields=("request_id",), name="stop_request"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class StoppedDigest(models.Model):
    """One identifier, as a keyed digest, of the person whom a stop is about: the gate finds the stop by any of them."""

    stop = models.ForeignKey(ProcessingStop, on_delete=models.CASCADE, related_name="digests")
    digest = models.CharField(max_length=64)

    class Meta:
        """Each identifier once per stop; looked up by digest."""

        constraints = (models.UniqueConstraint(fields=("digest", "stop"), name="stopped_digest_once"),)

    def __str__(self) -> str:
        return f"digest of stop {self.stop_id}"
