"""Doors for apps: what a person tells us about themselves."""
