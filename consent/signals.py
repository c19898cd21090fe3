"""What others may listen to: it is sent when a choice is saved for good."""

from django.dispatch import Signal

# `purposes` (a frozenset of codes) that were accepted before and are no longer; `cookies` are those of the browser in
# which it was done, by name.
consent_withdrawn = Signal()
