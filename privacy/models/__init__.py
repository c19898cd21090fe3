"""Tables of the foundation: audit, jobs, heartbeats, mail keys, stops, ledger, policy, cases, retention."""

from privacy.models.assessments import ImpactAssessment
from privacy.models.audit import AuditEntry, AuditSeal
from privacy.models.breaches import Breach, BreachPerson
from privacy.models.cases import CaseEntry
from privacy.models.disclosures import DisclosedDigest, DisclosedPerson, Disclosure
from privacy.models.holds import HeldDigest, LegalHold
from privacy.models.jobs import ChoreRun, Heartbeat, Job, JobState, JobStep, KeptAnswer, SentMessage
from privacy.models.ledger import LedgerDigest, LedgerEntry
from privacy.models.policy import PolicySeen, PolicyText, PolicyVersion
from privacy.models.reading import ReadingDay
from privacy.models.retention import HeldBack, HeldBackDigest, RetentionCount, RetentionRun
from privacy.models.stops import ProcessingStop, StoppedDigest

__all__ = [
    "AuditEntry",
    "AuditSeal",
    "Breach",
    "BreachPerson",
    "CaseEntry",
    "ChoreRun",
    "DisclosedDigest",
    "DisclosedPerson",
    "Disclosure",
    "Heartbeat",
    "HeldBack",
    "HeldBackDigest",
    "HeldDigest",
    "ImpactAssessment",
    "Job",
    "JobState",
    "JobStep",
    "KeptAnswer",
    "LedgerDigest",
    "LedgerEntry",
    "LegalHold",
    "PolicySeen",
    "PolicyText",
    "PolicyVersion",
    "ProcessingStop",
    "ReadingDay",
    "RetentionCount",
    "RetentionRun",
    "SentMessage",
    "StoppedDigest",
]
