"""Sealed files, packages and evidence alike: written on this machine, kept in its folder or in a bucket of several."""

from privacy.files.place import Away, Found, Place, SealedFile, evidence, packages

__all__ = ["Away", "Found", "Place", "SealedFile", "evidence", "packages"]
