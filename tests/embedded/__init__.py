"""Embedded mode: services, supervisor, set-up."""
