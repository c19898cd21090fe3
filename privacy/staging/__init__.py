"""The copy of the database for trying out, in which nobody stands: made by the data map, marked for good (ADR 0063)."""
