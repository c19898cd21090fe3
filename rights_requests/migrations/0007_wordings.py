"""Gives staff wordings to start from; what they changed or removed since is left alone."""

from typing import Any

from django.db import migrations

WORDINGS = (
    (
        "We need to know more",
        "",
        ("Thank you for your request {reference} of {received}.\n\nSo that we find what you mean, please tell us a"
        " little more: which of our services did you use, and roughly when? You can answer here. If you would rather"
        " not say more, that is fine too: we then look everywhere."),
    ),
    (
        "We are still working on it",
        "",
        ("Your request {reference} takes us a little longer than we hoped. Nothing is missing on your side. You have"
        " our answer at the latest on {due}."),
    ),
    (
        "What is in your copy",
        "access",
        ("Your copy answers your request {reference}. Begin with the file index.html: it shows what we hold, why, for"
        " how long and who else gets it. If something is missing or wrong, write to us here."),
    ),
    (
        "What we changed",
        "rectification",
        ("We looked at each of your corrections. On the page of your request {reference} you see what we changed. Where"
        " we did not change something you read why, and your own words stay beside it."),
    ),
    (
        "Before we delete",
        "erasure",
        ("You asked us to delete your data ({reference}). Before we begin: once it is done, nothing can be brought back."
        " If you want to keep something, ask for a copy first, or withdraw this request until then."),
    ),
    (
        "Why we ask about the restriction",
        "restriction",
        ("You asked us to restrict the use of your data ({reference}). So that we check the right thing, please tell us"
        " which data is wrong, or what you need it for."),
    ),
    (
        "If the service does not take the file",
        "portability",
        ("The service that you named may want another kind of file. Every part of your copy ({reference}) is there as a"
        " table and as data for programs; ask the service which of them it reads."),
    ),
    (
        "How we weigh your objection",
        "objection",
        ("You objected to a use of your data ({reference}). Until we have decided we do not use it for that. We weigh"
        " your reasons against ours and write to you by {due} at the latest."),
    ),
)


def write(apps: Any, _schema_editor: Any) -> None:
    """Add each wording unless one of its title is there."""
    template = apps.get_model("rights_requests", "ReplyTemplate")
    for title, right, text in WORDINGS:
        template.objects.get_or_create(title=title, right=right, language="en", defaults={"text": text})


class Migration(migrations.Migration):

    dependencies = [("rights_requests", "0006_one_open_request_per_asker")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
