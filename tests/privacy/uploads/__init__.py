"""Tests of the files that people send."""
