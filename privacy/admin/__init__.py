"""The staff's view of the foundation, one module per subject."""

from privacy.admin import foundation, retention

__all__ = ["foundation", "retention"]
