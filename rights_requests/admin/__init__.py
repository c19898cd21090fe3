"""The staff's door to rights requests, one module per subject."""

from rights_requests.admin import authority, dashboard, left_by_answers, queue, registers

__all__ = ["authority", "dashboard", "left_by_answers", "queue", "registers"]
