"""What answers a request: packages, their keys and downloads, and receipts."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from rights_requests.models.request import RightsRequest


class Package(models.Model):
    """An encrypted answer to an access request; gone when its key row is gone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.OneToOneField(RightsRequest, on_delete=models.PROTECT, related_name="package")
    file_name = models.CharField(max_length=120, unique=True)
    size = models.BigIntegerField()
    sealed_size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    manifest = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        """The sweep finds what has expired by index."""

        verbose_name = _("package")
        verbose_name_plural = _("packages")
        indexes = (models.Index(fields=("expires_at",), condition=Q(destroyed_at__isnull=True), name="package_expiry"),)

    def __str__(self) -> str:
        return f"package {self.pk}"


class PackageKey(models.Model):
    """The package's own key, wrapped by a key outside the database; deleting this row destroys the package."""

    package = models.OneToOneField(Package, on_delete=models.CASCADE, primary_key=True, related_name="key")
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return "package key"


class Download(models.Model):
    """One download of a package: who, when; the nonce makes a download token good for one use."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="downloads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    nonce = models.CharField(max_length=64, unique=True)
    downloaded_at = models.DateTimeField(db_default=Now())

    class Meta:
        """What staff call it."""

        verbose_name = _("download")
        verbose_name_plural = _("downloads")

    def __str__(self) -> str:
        return f"download {self.pk}"


class Receipt(models.Model):
    """The signed statement of what an erasure found, erased, masked and kept."""

    request = models.OneToOneField(RightsRequest, on_delete=models.PROTECT, primary_key=True, related_name="receipt")
    content = models.JSONField()
    signature = models.CharField(max_length=128)
    key_id = models.CharField(max_length=32)
    issued_at = models.DateTimeField(db_default=Now())

    class Meta:
        """What staff call it."""

        verbose_name = _("receipt of an erasure")
        verbose_name_plural = _("receipts of erasures")

    def __str__(self) -> str:
        return f"receipt of {self.request_id}"
