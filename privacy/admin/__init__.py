"""The staff's view of the foundation, one module per subject."""

from privacy.admin import disclosures, foundation, holds

__all__ = ["disclosures", "foundation", "holds"]
