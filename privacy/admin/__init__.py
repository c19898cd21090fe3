"""The staff's view of the foundation, one module per subject."""

from privacy.admin import breaches, disclosures, foundation, holds

__all__ = ["breaches", "disclosures", "foundation", "holds"]
