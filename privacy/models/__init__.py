"""Tables of the foundation: audit and seals, jobs and steps, heartbeats, mail keys, stops, ledger, published policy."""

from privacy.models.audit import AuditEntry, AuditSeal
from privacy.models.jobs import Heartbeat, Job, JobState, JobStep, KeptAnswer, SentMessage
from privacy.models.ledger import LedgerDigest, LedgerEntry
from privacy.models.policy import PolicySeen, PolicyText, PolicyVersion
from privacy.models.reading import ReadingDay
from privacy.models.stops import ProcessingStop, StoppedDigest

__all__ = [
    "AuditEntry",
    "AuditSeal",
    "Heartbeat",
    "Job",
    "JobState",
    "JobStep",
    "KeptAnswer",
    "LedgerDigest",
    "LedgerEntry",
    "PolicySeen",
    "PolicyText",
    "PolicyVersion",
    "ProcessingStop",
    "ReadingDay",
    "SentMessage",
    "StoppedDigest",
]
