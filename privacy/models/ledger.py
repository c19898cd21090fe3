"""The database's copy of the ledger, and whom each of its entries is about."""

import uuid

from django.db import models

from privacy.vocabulary import LedgerKind


class LedgerEntry(models.Model):
    """The database's copy of one line of the ledger, or, while `seq` is empty, what waits to be written there.

    The ledger itself lies outside the database (see privacy.ledger). The highest `seq` is how far this database knows
    it. What is written is never changed; a trigger refuses it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seq = models.BigIntegerField(unique=True, null=True)
    kind = models.CharField(max_length=20, choices=LedgerKind.choices)
    request_id = models.UUIDField()
    scope = models.CharField(max_length=2000, blank=True)
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
