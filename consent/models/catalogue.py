"""The catalogue: for which purposes trackers exist, which there are, and who sets them or learns of them.

Groups and cookies are django-cookie-consent's; what a notice has to say of them besides stands here (ADR 0036).
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from consent.vocabulary import Basis, Matching, PartyKind, TrackerKind

Words = dict[str, dict[str, str]]


def in_words(texts: Words, name: str) -> str:
    """One text in the active language; in the site's first one where it was not written."""
    first = settings.LANGUAGE_CODE
    return texts.get(get_language() or first, {}).get(name) or texts.get(first, {}).get(name, "")


class Party(models.Model):
    """Who sets a tracker, or learns what it tells: we ourselves, or somebody else (as ISO/IEC TS 27560 wants them).

    Whom the settings name, the settings take away again (`from_code`); the others are kept by staff.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("role"), max_length=20, choices=PartyKind.choices, default=PartyKind.CONTROLLER)
    address = models.TextField(_("postal address"), blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    url = models.URLField(_("its privacy policy"), blank=True)
    country = models.CharField(_("country, as a code of two letters"), max_length=2, blank=True)
    from_code = models.BooleanField(_("named by this site's settings"), default=False)

    class Meta:
        """By name."""

        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Purpose(models.Model):
    """Why something is stored on or read from somebody's device; beside a group of django-cookie-consent.

    `texts` holds for each language "title", "description", "without" (what happens if one refuses) and "data". They
    come from the code until staff write their own: `written_by_staff` then keeps the next release from them.
    """

    group = models.OneToOneField(
        "cookie_consent.CookieGroup", verbose_name=_("group"), on_delete=models.PROTECT, primary_key=True
    )
    basis = models.CharField(_("what allows it"), max_length=20, choices=Basis.choices)
    dpv = models.CharField(_("purpose in the Data Privacy Vocabulary"), max_length=100)
    gpc_denies = models.BooleanField(_("refused by Global Privacy Control"), default=False)
    recipients = models.ManyToManyField(Party, verbose_name=_("recipients"), blank=True)
    texts: Any = models.JSONField(_("texts"), default=dict)
    written_by_staff = models.BooleanField(_("texts written by staff"), default=False)

    class Meta:
        """In the order in which they are asked."""

        verbose_name = _("purpose")
        verbose_name_plural = _("purposes")
        ordering = ("group__ordering",)

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """The word for it in code, in the cookie and in the proof."""
        return str(self.group.varname)

    @property
    def title(self) -> str:
        """What people read, in the active language."""
        return in_words(self.texts, "title")

    @property
    def has_something(self) -> bool:
        """Whether anything lies on a device for it, or anybody learns of it: otherwise there is nothing to ask."""
        return self.recipients.exists() or self.group.cookie_set.exists()


class Tracker(models.Model):
    """What lies on the device, or reads from it; beside a cookie of django-cookie-consent, whose name may be a prefix.

    `texts` holds for each language "what_for", "set_when" and "lasts". What the code sets, the code says (`from_code`):
    staff change the others only.
    """

    cookie = models.OneToOneField(
        "cookie_consent.Cookie", verbose_name=_("name"), on_delete=models.CASCADE, primary_key=True
    )
    matching = models.CharField(_("the name is"), max_length=10, choices=Matching.choices, default=Matching.EXACT)
    kind = models.CharField(_("kind"), max_length=20, choices=TrackerKind.choices, default=TrackerKind.COOKIE)
    party = models.ForeignKey(Party, verbose_name=_("set by"), on_delete=models.PROTECT)
    texts: Any = models.JSONField(_("texts"), default=dict)
    from_code = models.BooleanField(_("set by this site's own code"), default=False)

    class Meta:
        """By name."""

        verbose_name = _("tracker")
        verbose_name_plural = _("trackers")
        ordering = ("cookie__name",)

    def __str__(self) -> str:
        return str(self.cookie.name)

    @property
    def name(self) -> str:
        """The name, or what it begins with."""
        return str(self.cookie.name)

    def is_named(self, name: str) -> bool:
        """Whether a cookie of this name is the one that is meant here."""
        return name.startswith(self.name) if self.matching == Matching.PREFIX else name == self.name
