"""Tests of copies for trying out."""
