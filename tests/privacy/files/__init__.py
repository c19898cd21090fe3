"""Sealed files where they lie elsewhere than on this machine."""
