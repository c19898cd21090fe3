"""Tables whose rows can be added but never changed: the migration operation that puts the triggers there."""

from django.db.migrations import RunSQL

# One function for all such tables; the message names the table, so that whoever meets it knows what was tried.
REFUSE_SQL = """
CREATE OR REPLACE FUNCTION privacy_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % can be added but never changed (% refused)', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$
"""


class RefuseChangeFunction(RunSQL):
    """Makes the function that the triggers of AppendOnly call; run it before the first of them."""

    def __init__(self) -> None:
        super().__init__(REFUSE_SQL, "DROP FUNCTION privacy_refuse_change()")

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        """The operation as it is written in a migration: without arguments."""
        return self.__class__.__name__, [], {}


class AppendOnly(RunSQL):
    """Refuses UPDATE, DELETE and TRUNCATE on one table, whoever asks; the database itself says no.

    Needs RefuseChangeFunction (privacy 0002) before it. Can be reversed.
    """

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(append_only_sql(table), f'DROP TRIGGER "{table}_append_only" ON "{table}"')

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        """The operation as it is written in a migration: with its table."""
        return self.__class__.__name__, [self.table], {}


def append_only_sql(table: str) -> str:
    """The statement that makes a table append-only; a statement trigger, so it also refuses what would match no row."""
    return (
        f'CREATE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}"'
        " FOR EACH STATEMENT EXECUTE FUNCTION privacy_refuse_change()"
    )


class WrittenOnce(RunSQL):
    """Refuses DELETE and TRUNCATE on one table, and UPDATE of rows whose `column` has a value: they are final.

    For rows that wait for one fact and may not change after it. Needs RefuseChangeFunction before it. Can be reversed.
    """

    def __init__(self, table: str, column: str) -> None:
        self.table, self.column = table, column
        super().__init__(
            f'CREATE TRIGGER "{table}_stays" BEFORE DELETE OR TRUNCATE ON "{table}"'
            " FOR EACH STATEMENT EXECUTE FUNCTION privacy_refuse_change();"
            f'CREATE TRIGGER "{table}_final" BEFORE UPDATE ON "{table}" FOR EACH ROW'
            f' WHEN (OLD."{column}" IS NOT NULL) EXECUTE FUNCTION privacy_refuse_change()',
            f'DROP TRIGGER "{table}_stays" ON "{table}"; DROP TRIGGER "{table}_final" ON "{table}"',
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        """The operation as it is written in a migration: with its table and column."""
        return self.__class__.__name__, [self.table, self.column], {}


class AppendOnlyForItsTerm(RunSQL):
    """Turns an AppendOnly table into one whose rows can go once their term is over, and cannot be changed before.

    `over` is a condition of SQL on the row OLD that holds once retention may delete it; the days in it are those of the
    data map (a test holds the two together). Can be reversed.
    """

    def __init__(self, table: str, over: str) -> None:
        self.table, self.over = table, over
        super().__init__(
            f'DROP TRIGGER "{table}_append_only" ON "{table}";'
            f' CREATE TRIGGER "{table}_never_changed" BEFORE UPDATE OR TRUNCATE ON "{table}"'
            " FOR EACH STATEMENT EXECUTE FUNCTION privacy_refuse_change();"
            f' CREATE FUNCTION "{table}_term"() RETURNS trigger LANGUAGE plpgsql AS $$'
            f" BEGIN IF {over} THEN RETURN OLD; END IF;"
            " RAISE EXCEPTION 'rows of % go when their term is over, not before (% refused)', TG_TABLE_NAME, TG_OP"
            " USING ERRCODE = 'restrict_violation'; END $$;"
            f' CREATE TRIGGER "{table}_kept" BEFORE DELETE ON "{table}"'
            f' FOR EACH ROW EXECUTE FUNCTION "{table}_term"()',
            f'DROP TRIGGER "{table}_kept" ON "{table}"; DROP FUNCTION "{table}_term"();'
            f' DROP TRIGGER "{table}_never_changed" ON "{table}"; {append_only_sql(table)}',
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        """The operation as it is written in a migration: with its table and condition."""
        return self.__class__.__name__, [self.table, self.over], {}
