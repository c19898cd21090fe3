"""What others may listen to: each is sent when a choice is saved for good, with the codes of the purposes."""

from django.dispatch import Signal

# `purposes` (frozenset of codes) that were not accepted before and are now.
consent_given = Signal()
# `purposes` that were accepted before and are no longer; `cookies` are those of the browser it was done in, by name.
consent_withdrawn = Signal()
