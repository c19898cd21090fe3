"""What the foundation, and the libraries it brings in, hold about people; read by the data map."""

from privacy.personal_data import cases, foundation, watching

__all__ = ["cases", "foundation", "watching"]
