"""The published privacy policy: versions, their texts, and who has seen which."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from privacy.vocabulary import PolicySeenHow


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
