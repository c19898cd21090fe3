"""Tests of the consent app."""
