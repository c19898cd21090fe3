"""The staff's door to rights requests, one module per subject."""

from rights_requests.admin import authority, dashboard, keys, left_by_answers, queue, registers

__all__ = ["authority", "dashboard", "keys", "left_by_answers", "queue", "registers"]
