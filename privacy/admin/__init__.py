"""The staff's view of the foundation, one module per subject."""

from privacy.admin import foundation, staff_visits

__all__ = ["foundation", "staff_visits"]
