"""What this app, and the libraries it brings in for signing in, hold about people; read by the data map."""

from accounts.personal_data import (
    administrators,
    changes,
    claims,
    customers,
    event_words,
    imports,
    keys,
    people,
    sharing,
    sign_ins,
    signing_in,
    staff,
)

__all__ = [
    "administrators",
    "changes",
    "claims",
    "customers",
    "event_words",
    "imports",
    "keys",
    "people",
    "sharing",
    "sign_ins",
    "signing_in",
    "staff",
]
