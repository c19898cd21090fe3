"""The staff's view of the foundation, one module per subject."""

from privacy.admin import (
    breaches,
    dashboard,
    disclosures,
    foundation,
    holds,
    promises,
    reading,
    registers,
    restrictions,
    retention,
    reviews,
    staff_visits,
)

__all__ = [
    "breaches",
    "dashboard",
    "disclosures",
    "foundation",
    "holds",
    "promises",
    "reading",
    "registers",
    "restrictions",
    "retention",
    "reviews",
    "staff_visits",
]
