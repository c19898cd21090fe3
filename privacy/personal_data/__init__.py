"""What the foundation, and the libraries it brings in, hold about people; read by the data map."""

from privacy.personal_data import cases, foundation, keys_and_copies, watching

__all__ = ["cases", "foundation", "keys_and_copies", "watching"]
