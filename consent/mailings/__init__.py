"""Promotional messages: composed by staff, sent once to everybody who asked for their topic and may be written to."""
