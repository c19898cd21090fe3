"""The staff's view of the foundation, one module per subject."""

from privacy.admin import foundation, holds

__all__ = ["foundation", "holds"]
