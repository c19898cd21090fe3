"""The database's copy of the ledger, which lies outside it."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from privacy.append_only import AppendOnly, WrittenOnce


class Migration(migrations.Migration):
    """What the file knows is never changed here; a row that waits for its line is, once."""

    dependencies = [
        ('privacy', '0004_stops_hold'),
    ]

    operations = [
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(null=True, unique=True)),
                ('kind', models.CharField(choices=[('erasure', "data deleted at the person's request"), ('restriction', 'processing restricted'), ('restriction_lifted', 'restriction lifted'), ('objection', 'objection to processing'), ('rectification', 'data corrected'), ('restored', 'an older copy of our records was put back')], max_length=20)),
                ('request_id', models.UUIDField()),
                ('scope', models.CharField(blank=True, max_length=64)),
                ('recorded_at', models.DateTimeField()),
                ('hash', models.CharField(blank=True, max_length=64)),
                ('line', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('seq__isnull', True)), fields=['recorded_at'], name='ledger_waiting')],
                'constraints': [models.UniqueConstraint(fields=('request_id', 'kind', 'scope'), name='ledger_once'), models.CheckConstraint(condition=models.Q(models.Q(('hash', ''), ('line', ''), ('seq__isnull', True)), models.Q(('seq__isnull', False), models.Q(('hash', ''), _negated=True), models.Q(('line', ''), _negated=True)), _connector='OR'), name='ledger_written_whole')],
            },
        ),
        migrations.CreateModel(
            name='LedgerDigest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='digests', to='privacy.ledgerentry')),
            ],
            options={
                'indexes': [models.Index(fields=['digest'], name='ledger_digest')],
                'constraints': [models.UniqueConstraint(fields=('entry', 'digest'), name='ledger_digest_once')],
            },
        ),
        WrittenOnce('privacy_ledgerentry', 'seq'),
        AppendOnly('privacy_ledgerdigest'),
    ]
