"""The staff's view of the foundation, one module per subject."""

from privacy.admin import dashboard, foundation, promises, registers, restrictions, reviews

__all__ = ["dashboard", "foundation", "promises", "registers", "restrictions", "reviews"]
