"""The staff's door to rights requests, one module per subject."""

from rights_requests.admin import dashboard, left_by_answers, queue, registers

__all__ = ["dashboard", "left_by_answers", "queue", "registers"]
