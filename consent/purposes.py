"""The purposes of trackers that the code knows, in words for people; the catalogue is filled from here."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent.vocabulary import Basis, PurposeCode

# The namespace of the Data Privacy Vocabulary, in which receipts name purposes.
DPV = "https://w3id.org/dpv#"


@dataclass(frozen=True)
class Declared:
    """One purpose: what allows it, and what people are told; `without` says what happens if one refuses.

    `quiet` is what is told where nothing lies in a browser for it, so that nobody is asked and one can only say no.
    """

    code: PurposeCode
    basis: Basis
    dpv: str
    description: Promise
    without: Promise
    data: Promise
    gpc_denies: bool = False
    quiet: Promise | None = None


PURPOSES = (
    Declared(
        PurposeCode.SECURITY,
        Basis.NEEDED,
        f"{DPV}EnforceSecurity",
        _("Keeps you signed in, keeps others from acting in your name, and remembers what you chose here."),
        _("Without it you could not sign in, and we would ask you on every page."),
        _("random numbers, and your choice itself"),
    ),
    Declared(
        PurposeCode.PREFERENCES,
        Basis.NEEDED,
        f"{DPV}ServiceProvision",
        _("Remembers light or dark, the size of the words, motion and the language, once you ask for that."),
        _("It is only there when you press “Keep my choice”."),
        _("four words about how you see the site"),
    ),
    Declared(
        PurposeCode.FORMS,
        Basis.NEEDED,
        f"{DPV}ServiceProvision",
        _("Finds the draft of your message again, once you ask for that."),
        _("It is only there when you press “Keep my draft”."),
        _("a random number that finds your draft"),
    ),
    Declared(
        PurposeCode.STATS,
        Basis.CONSENT,
        f"{DPV}ServiceUsageAnalytics",
        _(
            "Lets us see whether visitors come back and which way they take through this site. Only we look at it, and"
            " nothing leads to your name."
        ),
        _("We then count nothing at all about your visit. The site works the same."),
        _("a random number, the pages of a visit and their order"),
        quiet=_(
            "We count which pages are looked at, all visits together. Nothing is stored in your browser for it, and the"
            " counts say nothing about a single person."
        ),
    ),
    Declared(
        PurposeCode.SOCIAL,
        Basis.CONSENT,
        f"{DPV}ServiceProvision",
        _(
            "Shows films and posts of other sites at once, without asking each time. Those sites then learn your"
            " internet address and may set cookies of their own."
        ),
        _("In their place stands a link, and a button to show one this once."),
        _("your internet address, and what those sites read from your browser"),
        gpc_denies=True,
    ),
    Declared(
        PurposeCode.ADS,
        Basis.CONSENT,
        f"{DPV}TargetedAdvertising",
        _("Lets partners of ours choose advertising for you and measure it."),
        _("Advertising of ours is then the same for everybody."),
        _("what partners read from your browser"),
        gpc_denies=True,
    ),
)
BY_CODE = {purpose.code.value: purpose for purpose in PURPOSES}
