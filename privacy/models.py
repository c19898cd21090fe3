"""Tables of the foundation: audit and seals, jobs and steps, heartbeats, mail keys, stops, ledger, published policy."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from privacy.vocabulary import KIND_OF_GROUND, LedgerKind, PolicySeenHow, Purpose, StopGround, StopKind


class AuditEntry(models.Model):
    """One fact that cannot be altered: no clear personal data, chained by hash (see privacy.audit)."""

    seq = models.BigAutoField(primary_key=True)
    occurred_at = models.DateTimeField()
    event = models.CharField(max_length=80)
    actor = models.CharField(max_length=100)
    subject_digest = models.CharField(max_length=64, blank=True)
    object_type = models.CharField(max_length=80, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        """Newest last; looked up by object and by subject."""

        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ("seq",)
        indexes = (
            models.Index(fields=("object_type", "object_id"), name="audit_object"),
            models.Index(fields=("subject_digest",), name="audit_subject"),
        )

    def __str__(self) -> str:
        return f"{self.seq} {self.event}"


class AuditSeal(models.Model):
    """A day's signature over the last hash of the chain, so that the chain cannot be rewritten from a point on."""

    day = models.DateField(primary_key=True)
    last_seq = models.BigIntegerField()
    last_hash = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    key_id = models.CharField(max_length=32)
    sealed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"seal of {self.day}"


class JobState(models.TextChoices):
    """Where a job is; `needs_staff` waits for a person, everything else moves by itself."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    NEEDS_STAFF = "needs_staff", _("Needs staff")
    CANCELLED = "cancelled"


class Job(models.Model):
    """Work that must be finished, whatever dies: the row is the truth, the queue only wakes someone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    about = models.UUIDField()
    state = models.CharField(max_length=20, choices=JobState.choices, default=JobState.QUEUED)
    fence = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(db_default=Now())
    rung_at = models.DateTimeField(null=True)
    failed_step = models.CharField(max_length=120, blank=True)
    failure = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """One job of a kind about a thing; the sweeper's index covers unfinished jobs only."""

        constraints = (models.UniqueConstraint(fields=("kind", "about"), name="job_once"),)
        indexes = (
            models.Index(
                fields=("not_before",), condition=models.Q(state__in=("queued", "running")), name="job_unfinished"
            ),
            models.Index(fields=("about",), name="job_about"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class JobStep(models.Model):
    """The marker of one step: written in the same transaction as the step's effect."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=120)
    count = models.BigIntegerField(default=0)
    detail = models.JSONField(default=dict)
    fence = models.BigIntegerField()
    started_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)

    class Meta:
        """A step happens once per job."""

        constraints = (models.UniqueConstraint(fields=("job", "name"), name="job_step_once"),)

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """When a part of the system last showed that it lives (worker, scheduler)."""

    part = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()
    detail = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.part


class SentMessage(models.Model):
    """The key under which a message was queued, so that it is queued once: `about` and `template` name it.

    `purpose` is what it was queued for: the gate is asked again when it leaves.
    """

    about = models.UUIDField()
    template = models.CharField(max_length=80)
    purpose = models.CharField(max_length=30, choices=Purpose.choices)
    email = models.ForeignKey("post_office.Email", null=True, on_delete=models.SET_NULL)
    queued_at = models.DateTimeField(db_default=Now())

    class Meta:
        """One message per thing and template."""

        constraints = (models.UniqueConstraint(fields=("about", "template"), name="message_once"),)

    def __str__(self) -> str:
        return self.template


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


class LedgerEntry(models.Model):
    """The database's copy of one line of the ledger, or, while `seq` is empty, what waits to be written there.

    The ledger itself lies outside the database (see privacy.ledger). The highest `seq` is how far this database knows
    it. What is written is never changed; a trigger refuses it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seq = models.BigIntegerField(unique=True, null=True)
    kind = models.CharField(max_length=20, choices=LedgerKind.choices)
    request_id = models.UUIDField()
    scope = models.CharField(max_length=255, blank=True)
    recorded_at = models.DateTimeField()
    hash = models.CharField(max_length=64, blank=True)
    line = models.TextField(blank=True)

    class Meta:
        """A request has one entry of a kind and scope; what waits is found by index."""

        constraints = (
            models.UniqueConstraint(fields=("request_id", "kind", "scope"), name="ledger_once"),
            models.CheckConstraint(
                condition=models.Q(seq__isnull=True, hash="", line="")
                | (models.Q(seq__isnull=False) & ~models.Q(hash="") & ~models.Q(line="")),
                name="ledger_written_whole",
            ),
        )
        indexes = (models.Index(fields=("recorded_at",), condition=models.Q(seq__isnull=True), name="ledger_waiting"),)

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"


class LedgerDigest(models.Model):
    """One identifier of the person whom a ledger entry is about, as a keyed digest; an entry has one for each."""

    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="digests")
    digest = models.CharField(max_length=64)

    class Meta:
        """A digest stands once on an entry; people are looked up by it."""

        constraints = (models.UniqueConstraint(fields=("entry", "digest"), name="ledger_digest_once"),)
        indexes = (models.Index(fields=("digest",), name="ledger_digest"),)

    def __str__(self) -> str:
        return self.digest[:16]


class PolicyVersion(models.Model):
    """One published version of the privacy policy (promise P10.1); never changed afterwards, a trigger refuses it.

    `material` says that it changes what people can expect of us, not only how it is put; `hash` covers all languages.
    """

    number = models.PositiveIntegerField(_("version"), primary_key=True)
    published_at = models.DateTimeField(_("published"), db_default=Now())
    effective_on = models.DateField(_("in force from"))
    material = models.BooleanField(_("material change"))
    hash = models.CharField(_("content hash"), max_length=64)

    class Meta:
        """Newest first."""

        verbose_name = _("version of the policy")
        verbose_name_plural = _("versions of the policy")
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"policy {self.number}"


class PolicyText(models.Model):
    """What a version says in one language: its clauses and tables, and what changed and why; never changed either."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(_("language"), max_length=10)
    changed = models.TextField(_("what changed and why"), blank=True)
    clauses = models.JSONField(_("clauses"))
    tables = models.JSONField(_("tables"))
    hash = models.CharField(_("content hash"), max_length=64)

    class Meta:
        """One text per version and language."""

        verbose_name = _("text of the policy")
        verbose_name_plural = _("texts of the policy")
        constraints = (models.UniqueConstraint(fields=("version", "language"), name="policy_text_once"),)

    def __str__(self) -> str:
        return f"policy {self.version_id} {self.language}"

    @property
    def what_changed(self) -> str:
        """What changed and why, as readers are told; the first version changed nothing."""
        return self.changed or str(_("The first version."))


class PolicySeen(models.Model):
    """That a person was shown a version of the policy: when they opened their account, or when they said so."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(_("how"), max_length=10, choices=PolicySeenHow.choices)
    language = models.CharField(_("language"), max_length=35)
    seen_at = models.DateTimeField(_("when"), db_default=Now())

    class Meta:
        """Each version once per person: the first time counts."""

        verbose_name = _("version of the policy that was seen")
        verbose_name_plural = _("versions of the policy that were seen")
        constraints = (models.UniqueConstraint(fields=("user", "version"), name="policy_seen_once"),)

    def __str__(self) -> str:
        return f"policy {self.version_id} seen"


class KeptAnswer(models.Model):
    """What an app was answered under a key of its own, kept for a day (privacy.repeats); no `status` while it waits."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(_("status of the answer"), null=True)
    body = models.JSONField(_("answer"), null=True)
    begun_at = models.DateTimeField(_("asked"), db_default=Now())

    class Meta:
        """A key stands once for each account; what is old is found by index."""

        constraints = (models.UniqueConstraint(fields=("user", "key"), name="answer_kept_once"),)
        indexes = (models.Index(fields=("begun_at",), name="answer_age"),)

    def __str__(self) -> str:
        return f"answer {self.pk}"
