"""What this app, and the libraries it brings in for signing in, hold about people; read by the data map."""

from accounts.personal_data import customers, people, sharing, signing_in, staff

__all__ = ["customers", "people", "sharing", "signing_in", "staff"]
