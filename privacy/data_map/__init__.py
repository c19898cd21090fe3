"""The data map: what personal data each app holds, and everything that is derived from it."""
