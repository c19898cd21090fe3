"""The table of faults: two do the same thing, or one comes back too late."""

from tests.faults.matrix_words import (
    ACCESS,
    ALL,
    DIES,
    DOWNLOADING,
    ENDING,
    ENGINE,
    ERASURE,
    EXPIRED_ONCE,
    FILING,
    FOUR,
    KILLS,
    MAIL,
    MANY,
    NO_WORKER,
    NOT_THEIRS,
    OVERTAKEN,
    PACKAGES,
    REPLY,
    RETENTION,
    RIGHTS,
    SOAK,
    TELLING,
    Rows,
    but,
)

MEETING = (
    Rows("F6", "A", RIGHTS, (REPLY, f"{FILING}::test_the_same_key_gives_the_same_request_even_when_it_is_closed")),
    Rows(
        "F6",
        "A",
        ("mailing",),
        ("tests/consent/test_messages_sending.py::test_eight_that_press_the_button_at_once_send_it_once",),
    ),
    Rows(
        "F6",
        "A",
        ("enrolment_import",),
        ("tests/accounts/imports/test_applying.py::test_a_list_is_done_once_however_often_it_is_agreed_to_and_run",),
    ),
    Rows(
        "F6",
        "A",
        ("breach_letters", "disclosure_notice", "disclosure_people", "policy_notice"),
        (f"{ENGINE}::test_enqueuing_twice_makes_one_job",),
    ),
    Rows("F6", "BCD", ALL, why="No reply goes to anybody."),
    Rows("F6", "EF", TELLING, why="No reply goes to anybody; that a message leaves once is F1 and F7."),
    Rows("F6", "G", PACKAGES, (f"{DOWNLOADING}::test_a_token_is_good_for_one_download",)),
    Rows("F6", "H", ENDING, why="No reply goes to anybody."),
    Rows("F7", "A", RIGHTS, (f"{FILING}::test_twenty_at_once_make_one_request_and_one_message",)),
    Rows("F7", "A", MANY, (f"{ENGINE}::test_enqueuing_twice_makes_one_job",)),
    Rows("F7", "B", ALL, why="A bell that is rung twice is one that two hear: step C."),
    Rows("F7", "CD", ALL, (FOUR, f"{ENGINE}::test_of_eight_workers_that_get_the_same_job_one_does_it")),
    Rows("F7", "D", ("erasure",), (f"{ERASURE}::test_eight_workers_erase_once_and_write_once",)),
    Rows("F7", "E", PACKAGES, (FOUR, f"{ACCESS}::test_eight_workers_make_one_package_and_one_message")),
    Rows(
        "F7",
        "F",
        TELLING,
        (
            FOUR,
            f"{MAIL}::test_of_eight_that_queue_the_same_message_one_does",
            f"{MAIL}::test_two_that_deliver_at_once_do_not_send_twice",
        ),
    ),
    Rows("F7", "G", PACKAGES, (f"{DOWNLOADING}::test_of_twenty_that_use_a_token_at_once_one_gets_the_package",)),
    Rows("F7", "H", PACKAGES, EXPIRED_ONCE),
    Rows(
        "F7",
        "H",
        ("retention",),
        (FOUR, f"{RETENTION}::test_a_night_has_one_run_with_its_counts_and_two_never_run_at_once"),
    ),
    Rows("F8", "AB", but("retention"), why=NO_WORKER),
    Rows("F8", "B", ("retention",), why=NO_WORKER),
    Rows(
        "F8",
        "CD",
        ALL,
        (
            OVERTAKEN,
            f"{ENGINE}::test_a_zombie_stops_at_its_next_write",
            "tests/privacy/test_jobs_batches.py::test_a_zombie_writes_no_batch",
            SOAK,
        ),
    ),
    Rows(
        "F8",
        "D",
        ("erasure",),
        (
            f"{KILLS}::test_a_stopped_worker_that_wakes_up_later_writes_nothing",
            (
                "tests/privacy/test_ledger_stopped_writers.py::"
                "test_a_writer_that_stands_still_holds_nobody_up_and_changes_nothing_when_it_wakes_up"
            ),
        ),
    ),
    Rows(
        "F8",
        "E",
        PACKAGES,
        (
            OVERTAKEN,
            f"{ACCESS}::test_what_dead_runs_left_is_swept_and_what_lives_stays",
            f"{ACCESS}::test_withdrawing_stops_the_work_and_the_zombie",
        ),
    ),
    Rows("F8", "F", TELLING, (OVERTAKEN,)),
    Rows("F8", "G", PACKAGES, why=NO_WORKER),
    Rows("F8", "H", PACKAGES, EXPIRED_ONCE),
    Rows("F8", "H", ("retention",), (OVERTAKEN,)),
    Rows("F13", "AB", but("retention"), (f"{ENGINE}::test_a_job_of_a_transaction_that_is_rolled_back_never_was",)),
    Rows("F13", "B", ("retention",), (f"{ENGINE}::test_a_job_of_a_transaction_that_is_rolled_back_never_was",)),
    Rows("F13", "CD", ALL, (DIES,)),
    Rows("F13", "EF", PACKAGES, (DIES,)),
    Rows("F13", "F", TELLING, (DIES,)),
    Rows("F13", "G", PACKAGES, (f"{DOWNLOADING}::test_a_download_is_on_record_before_its_first_byte",)),
    Rows("F13", "H", PACKAGES, (f"{DOWNLOADING}::test_expiry_destroys_key_and_file_and_says_so",)),
    Rows("F13", "H", ("retention",), (DIES,)),
    Rows("F14", "A", RIGHTS, (f"{ENGINE}::test_of_two_jobs_of_a_lane_that_start_at_once_one_waits",)),
    Rows("F14", "B", RIGHTS, why="The bell is the same; who waits, waits at the claim."),
    Rows(
        "F14",
        "CD",
        RIGHTS,
        (
            f"{ERASURE}::test_the_erasure_waits_while_a_copy_is_being_made",
            f"{ENGINE}::test_jobs_of_one_lane_run_one_after_the_other",
        ),
    ),
    Rows(
        "F14", "E", PACKAGES, (f"{ACCESS}::test_an_access_request_about_an_erased_person_is_not_answered_by_a_guess",)
    ),
    Rows("F14", "F", RIGHTS, (f"{ERASURE}::test_an_open_access_request_of_the_same_person_ends_with_the_data",)),
    Rows(
        "F14",
        "G",
        PACKAGES,
        (
            f"{ERASURE}::test_a_package_of_the_same_person_is_destroyed",
            f"{DOWNLOADING}::test_a_download_that_has_begun_ends_well_though_the_package_is_destroyed",
        ),
    ),
    Rows("F14", "H", PACKAGES, EXPIRED_ONCE),
    Rows("F14", "A", MANY, why=NOT_THEIRS),
    Rows("F14", "BCD", (*MANY, "retention"), why=NOT_THEIRS),
    Rows(
        "F14",
        "F",
        tuple(kind for kind in TELLING if kind in MANY),
        (
            (
                "tests/accounts/imports/test_applying.py::"
                "test_who_was_erased_between_enrolment_and_message_is_not_written_to"
            ),
            "tests/privacy/test_disclosures.py::test_whoever_was_erased_meanwhile_is_still_told_once_it_may_be",
        ),
    ),
    Rows("F14", "H", ("retention",), why=NOT_THEIRS),
)
