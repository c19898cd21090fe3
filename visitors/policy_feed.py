"""The Atom feed of the policy's versions, one for each language."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from privacy.models import PolicyText
from privacy.policy import versions
from visitors.policy_pages import address


class PolicyFeed(Feed):  # type: ignore[type-arg] # not generic at run time
    """Every version, newest first, with what changed and why."""

    feed_type = Atom1Feed

    def __init__(self, language: str) -> None:
        self.language: str = language

    def title(self) -> str:
        """As readers list it."""
        return _("Occicor: changes of the privacy policy")

    def link(self) -> str:
        """The page that it follows."""
        return f"{settings.SITE_URL}{reverse('visitors:policy')}"

    def feed_url(self) -> str:
        """Its own address."""
        return f"{settings.SITE_URL}{reverse('visitors:policy_feed')}"

    def items(self) -> Sequence[PolicyText]:
        """What changed, in the feed's language."""
        return versions.changes(self.language)

    def item_title(self, item: PolicyText) -> str:
        """The number and the day from which it counts."""
        words = {"number": item.version_id, "day": date_format(item.version.effective_on)}
        return _("Version %(number)s, in force from %(day)s") % words

    def item_description(self, item: PolicyText) -> str:
        """What changed and why."""
        return item.what_changed

    def item_link(self, item: PolicyText) -> str:
        """The version's own address."""
        return f"{settings.SITE_URL}{address(item.version_id)}"

    def item_guid(self, item: PolicyText) -> str:
        """Never another one, whatever the site's addresses become."""
        return f"urn:sha256:{item.version.hash}:{item.language}"

    def item_pubdate(self, item: PolicyText) -> datetime:
        """When it was published."""
        return item.version.published_at

    def item_updateddate(self, item: PolicyText) -> datetime:
        """Never after it was published."""
        return item.version.published_at
