"""The law of California, and what people elsewhere in the United States are offered with it."""

from dataclasses import replace
from datetime import date
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from rights_requests.regimes.record import Authority, Clock, Regime, Source, Span, Unit

_OPT_OUT = Clock(
    Span(15, Unit.WORKING_DAY),
    Source(
        "CCPA regulations, § 7026 and 7027, as a guide quotes the Attorney General",
        "https://www.sorena.io/artifacts/us/california-consumer-privacy-act/deadlines-and-compliance-calendar",
    ),
    binding=False,
)

CALIFORNIA = Regime(
    code="us-ca",
    law=_("the California Consumer Privacy Act (CCPA)"),
    countries=("US-CA",),
    calendar="US",
    clock=Clock(
        Span(45, Unit.DAY),
        Source(
            "CCPA regulations, § 7021",
            "https://advisori.com/cpra/%C2%A7-7021-timelines-for-responding-to-requests-to-delete-requests-to-correct-and-requests-to-know/",
            date(2026, 11, 25),
        ),
        extension=Span(45, Unit.DAY),
        acknowledgement=Span(10, Unit.WORKING_DAY),
        binding=False,
    ),
    authority=Authority(_("California Privacy Protection Agency"), "https://cppa.ca.gov/webapplications/complaint"),
    notice="within the first 45 days, with the reason",
    note=(
        "Verifying the identity does not pause this clock. The law reaches companies above certain sizes; whether we"
        " are one was not established, so we keep to it of our own accord. Opting out and limiting use need no"
        " verification."
    ),
    per_right=MappingProxyType(dict.fromkeys(("objection", "opt_out", "restriction"), _OPT_OUT)),
)

# The one American law we know of in full; who says "United States" may well live in California.
UNITED_STATES = replace(
    CALIFORNIA,
    code="us",
    countries=("US",),
    authority=None,
    note="As California, of our own accord: the state is unknown, and there is no federal authority for complaints.",
)

REGIMES = (CALIFORNIA, UNITED_STATES)
