"""The staff's door to what answers left behind, to look at: packages, downloads, receipts."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from privacy.admin_base import LookRecordedMixin, ReadOnlyAdmin
from rights_requests.fulfilment.receipt import is_signed
from rights_requests.models import Download, Package, Receipt
from rights_requests.words import size


class LeftByAnswerAdmin(LookRecordedMixin, ReadOnlyAdmin):
    """What an answer left behind: to look at, and every look is on the record of the person it is about."""

    path_to_digest = "request__subject_digest"

    def subject_digest_of(self, pk: str) -> str:
        """The person whose request was answered."""
        return str(self.model._default_manager.values_list(self.path_to_digest, flat=True).get(pk=pk))


@admin.register(Package)
class PackageAdmin(LeftByAnswerAdmin):
    """Packages without their content: that they exist, how large they are, until when, and that they are gone."""

    looked_event = "package.viewed"
    list_display = ("request", "size_in_words", "created_at", "expires_at", "destroyed_at")
    list_select_related = ("request",)
    fields = ("request", "size_in_words", "sha256", "created_at", "expires_at", "destroyed_at")
    readonly_fields = fields
    ordering = ("-created_at",)

    @admin.display(description=_("size"), ordering="size")
    def size_in_words(self, package: Package) -> str:
        """The size of the plain archive as one rounded number."""
        return size(package.size)


@admin.register(Download)
class DownloadAdmin(LeftByAnswerAdmin):
    """Who took which package, and when."""

    looked_event = "download.viewed"
    path_to_digest = "package__request__subject_digest"
    list_display = ("package_of", "user", "downloaded_at")
    list_select_related = ("package__request", "user")
    fields = ("package_of", "user", "downloaded_at")
    readonly_fields = fields
    ordering = ("-downloaded_at",)

    @admin.display(description=_("request"))
    def package_of(self, download: Download) -> str:
        """The reference of the request that the package answers."""
        return str(download.package.request)


@admin.register(Receipt)
class ReceiptAdmin(LeftByAnswerAdmin):
    """Receipts of erasure: signed, without anything about the person."""

    looked_event = "receipt.viewed"
    list_display = ("request", "issued_at", "key_id")
    list_select_related = ("request",)
    fields = ("request", "issued_at", "content", "key_id", "signature", "genuine")
    readonly_fields = fields
    ordering = ("-issued_at",)

    @admin.display(description=_("as it was signed"))
    def genuine(self, receipt: Receipt) -> str:
        """Whether the stored receipt still is what its signature covers, in a word."""
        return str(_("Yes") if is_signed(receipt) else _("No: its content or its signature was altered"))
