"""Gives requests that were filed before terms were kept the term they were promised: a month of the controller's law."""

from typing import Any

from django.db import migrations


def give_terms(apps: Any, _schema_editor: Any) -> None:
    """Write the dates that stand on the request into its term; no date moves."""
    for request in apps.get_model("rights_requests", "RightsRequest").objects.filter(term={}).iterator():
        request.regime = "gdpr-fr"
        request.term = {
            "regime": request.regime,
            "counted_by": request.regime,
            "rule_version": "",
            "calendar_version": "",
            "law": True,
            "received_at": request.received_at.isoformat(),
            "due_at": request.due_at.isoformat(),
            "extended_due_at": None,
            "extension_notice_by": None,
            "ack_due_at": None,
            "pause_if_asked_by": None,
            "extended_at": None,
            "pauses": [],
        }
        request.alert_at = request.received_at + (request.due_at - request.received_at) / 2
        request.save(update_fields=["regime", "term", "alert_at"])


class Migration(migrations.Migration):
    """Only rows without a term are touched."""

    dependencies = (("rights_requests", "0007_wordings"),)
    operations = (migrations.RunPython(give_terms, migrations.RunPython.noop),)
