"""The staff's view of the foundation, one module per subject."""

from privacy.admin import foundation, reading, staff_visits

__all__ = ["foundation", "reading", "staff_visits"]
