"""One open request a right for each asker: what somebody else asks stands in nobody's way."""

from django.db import migrations, models

CLOSED = ("completed", "refused", "withdrawn", "handed_over")


class Migration(migrations.Migration):
    dependencies = [("rights_requests", "0005_longer_corrections")]

    operations = [
        migrations.RemoveConstraint(model_name="rightsrequest", name="one_open_request_per_right"),
        migrations.AddConstraint(
            model_name="rightsrequest",
            constraint=models.UniqueConstraint(
                fields=("subject_digest", "right", "requester_digest"),
                condition=~models.Q(state__in=CLOSED),
                name="one_open_request_per_right",
            ),
        ),
    ]
