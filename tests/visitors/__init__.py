"""Tests of the public pages, of what they look like, and of the headers every page carries."""
