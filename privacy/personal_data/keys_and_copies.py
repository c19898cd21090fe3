"""Of what the foundation holds: which columns are digests, and what a copy for trying out begins without."""

from privacy.keys.registered import digests_in
from privacy.staging.registered import emptied_in_copies
from privacy.vocabulary import CLAIMS_DAYS

digests_in("privacy.ProcessingStop", "subject_digest")
digests_in("privacy.StoppedDigest", "digest", asked=True)
digests_in("privacy.LedgerDigest", "digest", asked=True)
digests_in(
    "privacy.AuditEntry",
    "subject_digest",
    stays=f"each line is chained to the one before; they go when they are {CLAIMS_DAYS} days old",
)

# What a copy for trying out begins without (privacy.staging).
_CHAINED = "chained and signed: nothing made up can stand in it"
_OUT = "it would be sent or done"
for _label, _because in {
    "privacy.AuditEntry": _CHAINED,
    "privacy.AuditSeal": _CHAINED,
    "privacy.LedgerEntry": _CHAINED,
    "privacy.LedgerDigest": _CHAINED,
    "post_office.Email": _OUT,
    "post_office.Log": _OUT,
    "privacy.SentMessage": _OUT,
    "privacy.Job": _OUT,
    "privacy.KeptAnswer": "it passes within a day",
    "privacy.Heartbeat": "it is of another site",
    "privacy.ChoreRun": "it is of another site",
}.items():
    emptied_in_copies(_label, because=_because)
