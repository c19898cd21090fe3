"""Tests of the keys that can be exchanged."""
