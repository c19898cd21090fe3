"""What apps tell each other when an address changes hands; whoever acts on it connects in its `job_handlers.py`."""

from django.dispatch import Signal

# An account leaves an address, in that transaction: `user_id`, `address`.
left = Signal()
# Somebody has shown with a code that an address is theirs today, in that transaction: `address`.
proven = Signal()
