"""What must stay done whatever happens to the database: a signed chain of entries in a file outside it.

Services call `note` in their transaction, jobs `write_out` before the first step that cannot be taken back, imports
`asked_to_be_erased`. How it works is told in docs/explanation/the-ledger.md.
"""

from privacy.ledger.appliers import FoundAgain, register_applier
from privacy.ledger.gate import Closed, closed, closed_lately
from privacy.ledger.record import asked_to_be_erased, entries_of, note, of_erased, place_of, write_out
from privacy.vocabulary import LedgerKind

__all__ = [
    "Closed",
    "FoundAgain",
    "LedgerKind",
    "asked_to_be_erased",
    "closed",
    "closed_lately",
    "entries_of",
    "note",
    "of_erased",
    "place_of",
    "register_applier",
    "write_out",
]
