"""Doors for programs: the apps of people who ask about their data, and the recipients that answer us."""
