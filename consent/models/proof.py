"""The proof (Art. 7(1)): what was shown and chosen, the seal of each day; and the present choice of an account."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from consent.vocabulary import Method


class NoticeVersion(models.Model):
    """What people are asked, frozen, in one language: every text, purpose, tracker, recipient and label, in order.

    The banner is drawn from this row, so what is proven is what was shown. Never changed nor deleted: a trigger.
    """

    number = models.PositiveIntegerField(_("number"))
    language = models.CharField(_("language"), max_length=10)
    content: Any = models.JSONField(_("content"))
    sha256 = models.CharField(_("SHA-256 of the content"), max_length=64)
    template_sha256 = models.CharField(_("SHA-256 of the templates and style"), max_length=64)
    material = models.BooleanField(_("asks everybody again"), default=False)
    change = models.TextField(_("what changed, and why"), blank=True)
    published_at = models.DateTimeField(_("published"), db_default=Now())

    class Meta:
        """The newest first; each number once in each language."""

        verbose_name = _("version of the notice")
        verbose_name_plural = _("versions of the notice")
        ordering = ("-number", "language")
        constraints = (models.UniqueConstraint(fields=("number", "language"), name="notice_version_once"),)

    def __str__(self) -> str:
        return f"notice {self.number} ({self.language})"


class NoticePicture(models.Model):
    """How a version of the notice looked in a real browser, as a browser test took it; added once, never changed."""

    notice = models.ForeignKey(NoticeVersion, verbose_name=_("notice"), on_delete=models.PROTECT)
    width = models.PositiveIntegerField(_("width in pixels"))
    theme = models.CharField(_("theme"), max_length=10)
    png = models.BinaryField(_("picture"))
    sha256 = models.CharField(_("SHA-256 of the picture"), max_length=64)
    added_at = models.DateTimeField(_("added"), db_default=Now())

    class Meta:
        """One of each width and theme."""

        verbose_name = _("picture of the notice")
        verbose_name_plural = _("pictures of the notice")
        ordering = ("notice", "width", "theme")
        constraints = (models.UniqueConstraint(fields=("notice", "width", "theme"), name="notice_picture_once"),)

    def __str__(self) -> str:
        return f"picture {self.pk}"


class ConsentEvent(models.Model):
    """One act: what somebody accepted or refused, under which notice, where and how. No address, no browser, no name.

    `digest` stands for the browser or the account as a keyed digest; empty for a refusal of somebody who never accepted
    anything, since a refusal needs no identifier. Rows are only added; the database lets them go after `keep_until`.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(_("number"), default=uuid.uuid4, unique=True, editable=False)
    notice = models.ForeignKey(NoticeVersion, verbose_name=_("what was shown"), on_delete=models.PROTECT)
    occurred_at = models.DateTimeField(_("when"))
    valid_until = models.DateTimeField(_("asked again from"))
    keep_until = models.DateTimeField(_("proof kept until"))
    states: Any = models.JSONField(_("choices"))
    method = models.CharField(_("how"), max_length=30, choices=Method.choices)
    surface = models.CharField(_("on which page"), max_length=100, blank=True)
    gpc = models.BooleanField(_("the browser sent Global Privacy Control"), default=False)
    digest = models.CharField(_("code for the browser or account"), max_length=64, blank=True)
    mac = models.CharField(_("authentication code"), max_length=64)

    class Meta:
        """In the order in which they were written; found by who."""

        verbose_name = _("choice on record")
        verbose_name_plural = _("choices on record")
        ordering = ("id",)
        indexes = (
            models.Index(fields=("digest", "id"), name="consent_event_who"),
            models.Index(fields=("occurred_at",), name="consent_event_when"),
        )

    def __str__(self) -> str:
        return f"choice {self.key}"


class ProofSeal(models.Model):
    """A day of choices, closed: how many, a hash over all their codes and the seal before, signed. Kept for ever.

    `counts` holds for each purpose how often it was given, refused and withdrawn: what is left when the rows have gone.
    """

    day = models.DateField(_("day"), primary_key=True)
    events = models.PositiveIntegerField(_("choices"))
    counts: Any = models.JSONField(_("how often"), default=dict)
    keep_until = models.DateTimeField(_("its choices kept until"))
    previous = models.CharField(_("hash of the seal before"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64)
    signature = models.CharField(_("signature"), max_length=128)
    key_id = models.CharField(_("key"), max_length=32)
    sealed_at = models.DateTimeField(_("sealed"), db_default=Now())

    class Meta:
        """The newest first."""

        verbose_name = _("seal of a day")
        verbose_name_plural = _("seals of days")
        ordering = ("-day",)

    def __str__(self) -> str:
        return f"seal of {self.day}"


class AccountConsent(models.Model):
    """The present choice of an account: a projection of its events, for a quick look (CNIL 2025-131)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True)
    notice_number = models.PositiveIntegerField(_("version of the text"))
    states: Any = models.JSONField(_("choices"))
    gpc = models.BooleanField(_("under Global Privacy Control"), default=False)
    decided_at = models.DateTimeField(_("decided at"))

    class Meta:
        """One row an account."""

        verbose_name = _("choice of an account")
        verbose_name_plural = _("choices of accounts")

    def __str__(self) -> str:
        return f"choice {self.pk}"
