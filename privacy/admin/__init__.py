"""The staff's view of the foundation, one module per subject."""

from privacy.admin import foundation, registers, restrictions, reviews

__all__ = ["foundation", "registers", "restrictions", "reviews"]
