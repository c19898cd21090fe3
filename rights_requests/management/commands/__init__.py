"""Management commands of the rights requests."""
