"""What is looked at to see that pages load nothing from elsewhere, and explain the site."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy.promises.evidence import Evidence, evidence_source
from visitors.site_pages import PAGES

OUR_OWN = {"'self'", "'none'"}


@evidence_source
def pages(_now: datetime) -> Iterator[Evidence]:
    """Nothing is asked of the database."""
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].values()
    others = sum(source not in OUR_OWN for sources in directives for source in sources)
    said = ngettext("%(count)d other source", "%(count)d other sources", others) % {"count": others}
    yield Evidence(("P0.3", "P7.1"), _("The policy sent with every page"), said, good=not others)
    hosts = len(settings.EMBED_HOSTS)
    said = ngettext(
        "%(count)d site may be shown, once a reader wants it",
        "%(count)d sites may be shown, once a reader wants it",
        hosts,
    )
    yield Evidence(("P11.4",), _("Facades"), said % {"count": hosts})
    found = ngettext("%(count)d page", "%(count)d pages", len(PAGES)) % {"count": len(PAGES)}
    yield Evidence(("P0.1",), _("Pages that explain the site"), found)
