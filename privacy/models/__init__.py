"""Tables of the foundation: audit, jobs, heartbeats, mail keys, stops, ledger, published policy, retention."""

from privacy.models.audit import AuditEntry, AuditSeal
from privacy.models.jobs import Heartbeat, Job, JobState, JobStep, KeptAnswer, SentMessage
from privacy.models.ledger import LedgerDigest, LedgerEntry
from privacy.models.policy import PolicySeen, PolicyText, PolicyVersion
from privacy.models.retention import HeldBack, HeldBackDigest, RetentionCount, RetentionRun
from privacy.models.stops import ProcessingStop, StoppedDigest

__all__ = [
    "AuditEntry",
    "AuditSeal",
    "Heartbeat",
    "HeldBack",
    "HeldBackDigest",
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
    "RetentionCount",
    "RetentionRun",
    "SentMessage",
    "StoppedDigest",
]
