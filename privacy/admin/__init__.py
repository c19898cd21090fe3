"""The staff's view of the foundation, one module per subject."""

from privacy.admin import dashboard, foundation, promises

__all__ = ["dashboard", "foundation", "promises"]
