"""Breaches of personal data: what is known, what was decided, whom we told and when (Art. 33 and 34 GDPR)."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from privacy.case_words import NoticeState, Risk

# Within so long after we became aware of it the authority is notified (Art. 33(1)).
NOTICE_WITHIN = timedelta(hours=72)
_IN_TIME = Q(notified_at__lte=F("discovered_at") + NOTICE_WITHIN)
_ANSWERED = (
    ~Q(risk="")
    & (Q(risk=Risk.NONE) | Q(notified_at__isnull=False))
    & (~Q(risk=Risk.HIGH) | Q(told_at__isnull=False) | ~Q(not_told_reason=""))
)


class Breach(models.Model):
    """One breach as it stands; each thing that was learned or done is an entry that stays (Art. 33(5)).

    `counts` are people and records by holding, drawn from the data map at `counted_at`. `texts` is the letter to those
    concerned: by language what happened, what may follow, and what was done.
    """

    title = models.CharField(_("what happened"), max_length=120)
    discovered_at = models.DateTimeField(_("we became aware"))
    happened_from = models.DateTimeField(_("it began"), null=True)
    happened_until = models.DateTimeField(_("it ended"), null=True)
    natures = models.JSONField(_("nature"))
    nature_text = models.TextField(_("nature, in words"), max_length=4000)
    slugs = models.JSONField(_("data concerned"))
    group = models.CharField(_("of whom"), max_length=60, blank=True)
    counts = models.JSONField(default=dict)
    people_count = models.PositiveIntegerField(_("people"), default=0)
    records_count = models.PositiveIntegerField(_("records"), default=0)
    counted_at = models.DateTimeField(_("counted"), null=True)
    consequences = models.TextField(_("what may follow"), max_length=4000, blank=True)
    measures = models.TextField(_("what we did"), max_length=4000, blank=True)
    risk = models.CharField(_("risk"), max_length=10, choices=Risk.choices, blank=True)
    risk_reason = models.TextField(_("why"), max_length=2000, blank=True)
    notified_at = models.DateTimeField(_("authority notified"), null=True)
    notified_number = models.CharField(_("number at the authority"), max_length=80, blank=True)
    delay_reason = models.TextField(_("why later than 72 hours"), max_length=2000, blank=True)
    texts = models.JSONField(_("letter"), default=dict)
    letter_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    released_at = models.DateTimeField(_("letter released"), null=True)
    told_at = models.DateTimeField(_("people told"), null=True)
    not_told_reason = models.TextField(_("why the people are not written to"), max_length=2000, blank=True)
    opened_at = models.DateTimeField(_("opened"), db_default=Now())
    closed_at = models.DateTimeField(_("closed"), null=True)

    class Meta:
        """A late notice says why, two people stand behind a letter, and no case is closed over what the law asks."""

        verbose_name = _("breach")
        verbose_name_plural = _("breaches")
        ordering = ("-discovered_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(slugs=[]) & ~Q(natures=[]), name="breach_says_what"),
            models.CheckConstraint(condition=Q(risk="") | ~Q(risk_reason=""), name="breach_risk_has_a_reason"),
            models.CheckConstraint(
                condition=Q(notified_at__isnull=True) | _IN_TIME | ~Q(delay_reason=""),
                name="breach_late_notice_says_why",
            ),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True) | ~Q(released_by=F("letter_by")), name="breach_letter_by_two"
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | (Q(released_by__isnull=False) & ~Q(texts={})),
                name="breach_released_whole",
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True) | Q(released_at__isnull=False), name="breach_told_when_released"
            ),
            models.CheckConstraint(condition=Q(closed_at__isnull=True) | _ANSWERED, name="breach_closed_when_answered"),
        )
        indexes = (models.Index(fields=("discovered_at",), condition=Q(closed_at__isnull=True), name="breach_open"),)

    def __str__(self) -> str:
        return f"breach {self.pk}"


class BreachPerson(models.Model):
    """One person concerned: told once. Where to write to is forgotten as soon as that is done."""

    breach = models.ForeignKey(Breach, on_delete=models.CASCADE, related_name="people")
    digest = models.CharField(max_length=64, db_index=True)
    user_id = models.UUIDField(null=True, db_index=True)
    email = models.CharField(_("address"), max_length=254, blank=True, db_index=True)
    slugs = models.JSONField(_("data concerned"), default=list)
    state = models.CharField(_("message"), max_length=12, choices=NoticeState.choices, default=NoticeState.WAITING)
    told_at = models.DateTimeField(_("told"), null=True)

    class Meta:
        """Each person once; who is to be told is found by index."""

        constraints = (models.UniqueConstraint(fields=("breach", "digest"), name="breach_person_once"),)
        indexes = (models.Index(fields=("breach", "id"), condition=Q(state="waiting"), name="breach_person_waiting"),)

    def __str__(self) -> str:
        return f"person of breach {self.breach_id}"
