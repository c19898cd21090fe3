"""What each row of a file would do, asked of the database for all rows at once: for the preview, and before the act."""

from itertools import islice
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from accounts.attributes import MOST
from accounts.imports.vocabulary import Reason, Verdict
from accounts.models import ATTRIBUTES_CHARACTERS, Enrolment, EnrolmentImport, ImportRow
from privacy import ledger, restriction
from privacy.digests import key_names, keyed_digests
from privacy.vocabulary import Purpose

PURPOSE = Purpose.PROVIDE_SERVICES

# A fact as it is written in a file: yes and no stand for themselves whatever the language.
TEXT = "CASE {0} WHEN 'true' THEN 'yes' WHEN 'false' THEN 'no' ELSE {0} #>> '{{}}' END"
# The facts as they will be: the file's columns are said anew, an empty cell takes a fact away, all others stay. What
# says the same as before keeps its kind (a text, a number, yes or no).
FACTS_AFTER = f"""CASE WHEN known.id IS NULL THEN line.facts ELSE (known.attributes - %(facts)s::text[]) || coalesce((
    SELECT jsonb_object_agg(said.key, CASE
        WHEN {TEXT.format("said.value")} = {TEXT.format("(known.attributes -> said.key)")}
        THEN known.attributes -> said.key ELSE said.value END)
    FROM jsonb_each(line.facts) said), '{{}}') END"""
# Rows of one address: all but the first are refused, and the first too where they say different things. Each names a
# line that says what it says not, where there is one: `said_first` is the first line that says the same as a row, and
# `other` the first that does not say what the first of all says.
REPEATED = f"""
WITH told AS (
    SELECT id, line, work_email, min(line) OVER (PARTITION BY work_email) AS first,
        min(line) OVER (PARTITION BY work_email, md5(nickname || facts::text)) AS said_first
    FROM accounts_importrow WHERE source_id = %(source)s AND readable),
found AS (
    SELECT *, min(said_first) FILTER (WHERE said_first > first) OVER (PARTITION BY work_email) AS other FROM told)
UPDATE accounts_importrow line SET readable = false, verdict = '{Verdict.REFUSED}',
    reason = CASE WHEN other IS NULL THEN '{Reason.REPEATED}' ELSE '{Reason.CONTRADICTED}' END,
    other_line = CASE WHEN said_first = first AND other IS NOT NULL THEN other ELSE first END
FROM found WHERE line.id = found.id AND (found.line > first OR other IS NOT NULL)"""
JUDGED = f"""
WITH looked AS (
    SELECT line.id, line.nickname, known.id AS known, known.nickname AS before, known.attributes AS facts_before,
        {FACTS_AFTER} AS facts_after, line.id = ANY(%(barred)s) AS barred
    FROM accounts_importrow line LEFT JOIN accounts_enrolment known ON known.customer_id = %(customer)s
        AND known.work_email = line.work_email AND known.ended_at IS NULL
    WHERE line.source_id = %(source)s AND line.readable),
compared AS (
    SELECT *, to_jsonb(array_remove(ARRAY[CASE WHEN nickname <> before THEN 'nickname' END,
        CASE WHEN facts_after <> facts_before THEN 'attributes' END], NULL)) AS changes FROM looked),
asked AS (
    SELECT *, CASE WHEN known IS NULL AND barred THEN '{Reason.BARRED}'
        WHEN changes <> '[]' AND barred THEN '{Reason.KEPT}'
        WHEN (SELECT count(*) FROM jsonb_object_keys(facts_after)) > {MOST} THEN '{Reason.FACTS_MANY}'
        WHEN length(facts_after::text) > {ATTRIBUTES_CHARACTERS} THEN '{Reason.FACTS_LONG}' ELSE '' END AS reason
    FROM compared),
judged AS (
    SELECT *, CASE WHEN reason <> '' THEN '{Verdict.REFUSED}' WHEN known IS NULL THEN '{Verdict.NEW}'
        WHEN changes = '[]' THEN '{Verdict.UNCHANGED}' ELSE '{Verdict.CHANGED}' END AS verdict
    FROM asked)
UPDATE accounts_importrow line SET verdict = judged.verdict, reason = judged.reason, changes = judged.changes,
    enrolment = coalesce(judged.known, gen_random_uuid())
FROM judged WHERE line.id = judged.id AND ((line.verdict, line.reason, line.changes)
    IS DISTINCT FROM (judged.verdict, judged.reason, judged.changes) OR line.enrolment <> judged.known)"""
AGREED = f"""
SELECT md5(string_agg(line || ' ' || verdict, ',' ORDER BY line)) FROM accounts_importrow
WHERE source_id = %(source)s AND verdict <> '{Verdict.UNCHANGED}'"""
# Accounts are looked up by so many digests at once.
AT_ONCE = 2_000


def refuse_repeated(found: EnrolmentImport) -> None:
    """Refuse the rows that name one address twice, in the caller's transaction; each names the line of the other."""
    with connection.cursor() as cursor:
        cursor.execute(REPEATED, {"source": found.pk})


def judge(found: EnrolmentImport) -> dict[str, int]:
    """Write on every readable row what it would do now, in the caller's transaction; how many rows of each verdict.

    Idempotent: a row whose verdict stands is not written again. Of whoever is enrolled already and has the use of their
    data stopped, nothing is changed; that somebody could not be enrolled anew takes nothing from what stands.
    """
    every = Enrolment.objects.filter(customer=found.customer_id)
    known = every.filter(ended_at__isnull=True)
    values = {**names(found), "barred": [*_barred(found.pk, known), *_stopped(found.pk, every)]}
    with connection.cursor() as cursor:
        cursor.execute(JUDGED, values)
    counts = ImportRow.objects.filter(source=found).values_list("verdict").annotate(Count("pk"))
    return {**dict.fromkeys(Verdict.values, 0), **dict(counts)}


def agreed_to(found: EnrolmentImport) -> str:
    """Which rows do something or are left out, as one hash: what somebody who saw them said yes to."""
    with connection.cursor() as cursor:
        cursor.execute(AGREED, {"source": found.pk})
        return str(cursor.fetchone()[0])


def names(found: EnrolmentImport) -> dict[str, Any]:
    """What the statements above, and those that act, need to know of an import."""
    return {"source": found.pk, "customer": found.customer_id, "facts": found.facts}


def _barred(source: UUID, known: QuerySet[Enrolment]) -> list[int]:
    """Rows of people whom nobody can enrol: their use is stopped, or they asked to be erased and have not come back."""
    stopped = restriction.stopping(PURPOSE).filter(digest=OuterRef("digest"))
    erased = ledger.of_erased().filter(digest=OuterRef("digest"))
    signs_in = EmailAddress.objects.filter(email=OuterRef("work_email"), verified=True)
    enrolled = known.filter(work_email=OuterRef("work_email"))
    rows = ImportRow.objects.filter(~Exists(enrolled), source=source, readable=True)
    if len(key_names()) > 1:
        return _barred_under_any_key(rows, Exists(signs_in))
    return list(rows.filter(Exists(stopped) | Exists(erased) & ~Q(Exists(signs_in))).values_list("pk", flat=True))


def _barred_under_any_key(rows: QuerySet[ImportRow], signs_in: Exists) -> list[int]:
    """The same where the key of digests was exchanged: until all is done, two tables may name a person differently."""
    found: list[int] = []
    said = rows.order_by("pk").values_list("pk", "work_email", signs_in).iterator(chunk_size=AT_ONCE)
    while batch := list(islice(said, AT_ONCE)):
        known = {same: pk for pk, address, _back in batch for same in keyed_digests("email", address)}
        back = {pk for pk, _address, came_back in batch if came_back}
        erased = ledger.of_erased().filter(digest__in=list(known)).values_list("digest", flat=True)
        found += {known[digest] for digest in restriction.stopped_digests(known, PURPOSE)}
        found += {known[digest] for digest in erased} - back
    return found


def _stopped(source: UUID, known: QuerySet[Enrolment]) -> list[int]:
    """Rows of people who are or were enrolled and of whom we may only keep what is there: by account, or by address.

    Those whose enrolment has ended too: it is not replaced by one that nobody has claimed, and that nothing stops.
    """
    rows = ImportRow.objects.filter(source=source, readable=True).order_by("pk")
    account = known.filter(work_email=OuterRef("work_email"))
    enrolled = rows.filter(Exists(account)).annotate(account=Subquery(account.values("user_id")[:1]))
    found: list[int] = []
    by_digest: dict[str, list[int]] = {}
    for pk, address, user_id in enrolled.values_list("pk", "work_email", "account").iterator(chunk_size=AT_ONCE):
        for same in keyed_digests("user", str(user_id)) if user_id else keyed_digests("email", address):
            by_digest.setdefault(same, []).append(pk)
        if len(by_digest) >= AT_ONCE:
            found += _of_stopped(by_digest)
            by_digest = {}
    return found + _of_stopped(by_digest)


def _of_stopped(by_digest: dict[str, list[int]]) -> list[int]:
    return [pk for digest in restriction.stopped_digests(by_digest, PURPOSE) for pk in by_digest[digest]]
