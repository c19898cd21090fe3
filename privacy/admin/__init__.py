"""The staff's view of the foundation, one module per subject."""

from privacy.admin import assessments, foundation, registers, restrictions

__all__ = ["assessments", "foundation", "registers", "restrictions"]
