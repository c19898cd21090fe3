"""The words of the table of faults: the faults, the steps, the kinds of job, and the tests that many cells name."""

from dataclasses import dataclass

FAULTS = {
    "F1": "`kill -9` of the worker with its children",
    "F2": "`kill -9` of one child of the worker, as by a machine without memory",
    "F3": "`kill -9` of Valkey, which comes back empty",
    "F4": "Valkey hears and answers nothing",
    "F5": "PostgreSQL is stopped at once and started again",
    "F6": "the commit succeeds, the reply is lost",
    "F7": "the same bell is heard by several workers at once",
    "F8": "a worker stands still past its lease and wakes up; or its host is cut off and comes back",
    "F9": "the disk is full",
    "F10": "the mail server is away or refuses",
    "F11": "a recipient does not answer, answers with an error, or says 200 and does nothing",
    "F12": "somebody else holds the rows, or the two wait for each other",
    "F13": "a death between the effect and its audit",
    "F14": "an erasure arrives while a copy of the same person is made",
    "F15": "rows of the person come while the erasure runs",
    "F16": "the worker's clock is an hour wrong, either way",
    "F17": "new code meets jobs and bells of the old, or the other way round",
    "F18": "a backup from before comes back",
    "F19": "the scheduler is dead, for a moment or a day",
    "F20": "a job whose step always raises",
}
STEPS = {
    "A": "it is accepted",
    "B": "the bell is rung",
    "C": "a worker claims it",
    "D": "each of its steps",
    "E": "a package is written and sealed",
    "F": "what is ready is published, and people are told",
    "G": "the person downloads",
    "H": "what is over goes",
}

PACKAGES = ("access", "portability")
STOPS = ("restriction", "objection")
RIGHTS = ("access", "erasure", "portability", "rectification", "restriction", "objection")
MANY = ("breach_letters", "disclosure_notice", "disclosure_people", "enrolment_import", "mailing", "policy_notice")
ALL = (*RIGHTS, *MANY, "retention")
TELLING = tuple(kind for kind in ALL if kind not in {"retention", "disclosure_people"})
ENDING = (*PACKAGES, "retention")


def but(*kinds: str) -> tuple[str, ...]:
    """All kinds but these."""
    return tuple(kind for kind in ALL if kind not in kinds)


@dataclass(frozen=True)
class Rows:
    """A block of cells: a fault, some steps, some kinds; either the tests that show it or why there is nothing."""

    fault: str
    steps: str
    kinds: tuple[str, ...]
    tests: tuple[str, ...] = ()
    why: str = ""


# Steps that a kind does not have, whatever the fault.
LACKING = (
    Rows("", "A", ("retention",), why="The scheduler begins it; nobody waits at a page."),
    Rows("", "E", but(*PACKAGES), why="No package is made."),
    Rows("", "F", but(*TELLING), why="Nobody is written to."),
    Rows("", "G", but(*PACKAGES), why="There is nothing to download."),
    Rows("", "H", but(*ENDING), why="What is left of it goes with the nightly retention, which has cells of its own."),
)

KILLS, STATEMENT = "tests/faults/test_kills.py", "tests/faults/test_every_statement.py"
DIES = f"{STATEMENT}::test_a_death_before_a_statement_leaves_both_or_neither_and_the_work_goes_through"
OVERTAKEN = f"{STATEMENT}::test_who_is_overtaken_at_a_statement_writes_nothing_more"
FOUR = f"{STATEMENT}::test_of_four_workers_that_get_the_same_bell_one_does_the_work"
SOAK = "tests/faults/test_soak.py::test_a_case_of_the_soak"
HIT = f"{KILLS}::test_it_is_finished_once_the_part_is_back"
AROUND = "tests/faults/test_surroundings.py"
BROKER = f"{AROUND}::test_with_a_broker_that_says_nothing_people_are_served_and_wrong_passwords_stay_limited"
POSTED = f"{AROUND}::test_what_is_sent_while_the_database_starts_again_is_stored_once_or_said_to_be_not"
REPLY = f"{AROUND}::test_a_reply_that_is_lost_after_the_commit_costs_nobody_a_second_request"
DISK = f"{AROUND}::test_a_full_disk_leaves_no_half_package_and_the_copy_is_made_once_there_is_room"
VERSION = f"{AROUND}::test_messages_of_another_version_harm_nobody"
DEAF = f"{AROUND}::test_a_worker_that_hears_no_bell_is_noticed_and_started_anew_and_nobody_waits_for_it"
CLOCK = "tests/faults/test_wrong_clock.py"
ENGINE, SWEEP = "tests/privacy/test_jobs_engine.py", "tests/privacy/test_jobs_sweep.py"
RUNG_AGAIN = f"{SWEEP}::test_a_job_whose_bell_was_lost_is_rung_for_again"
DEAD_BROKER = f"{SWEEP}::test_a_dead_broker_costs_the_caller_next_to_nothing"
ACCESS, ERASURE = "tests/rights_requests/test_access_job.py", "tests/rights_requests/test_erasure_job.py"
DOWNLOADING, FILING = "tests/rights_requests/test_downloading.py", "tests/rights_requests/test_filing.py"
RECIPIENTS = "tests/rights_requests/recipients"
MAIL, RETENTION = "tests/privacy/test_mail.py", "tests/privacy/retention/test_sweep.py"
EXPIRED_ONCE = (
    f"{DOWNLOADING}::test_of_eight_that_destroy_a_package_one_does",
    f"{DOWNLOADING}::test_a_file_that_could_not_be_removed_is_swept_later",
)

RESTORED = (
    "tests/faults/test_restored_backup.py::test_dump_erase_restore_start_fails_closed_reapply_and_nothing_is_left"
)
STOPS_AGAIN = "tests/privacy/test_stops_reapplied.py::test_each_stop_is_in_force_again_since_the_day_it_was"

NO_WORKER = "No worker has a part in it."
NO_BROKER = "The broker has no part in it: it carries ids, and the rows say what is to do."
CHORE = "The scheduler does it, again and again; its death is F19."
ONE_STEP = "It is no step of its own: what happens there, happens in D."
NOT_THEIRS = "It is about no single person's data."
