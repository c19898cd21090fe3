"""The package that answers an access request: written, sealed, signed, opened and checked here."""
