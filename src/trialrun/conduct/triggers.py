"""The triggers that hold the trail together, in the words of SQLite and of PostgreSQL.

No row is ever deleted; rows of append-only tables never change; a row of any other table changes
only with its version; no row of a participant's data comes or changes while they are locked. So a
change that goes round the gateway is refused, or is found by `audit verify`, because no audit
event speaks of its version. Guards hold what is true between rows.
"""

from __future__ import annotations

from collections.abc import Iterator

from trialrun.conduct.tables.base import Base, Guard
from trialrun.conduct.tables.ownership import participant_sql, visit_sql

LOCKED = "these data are locked"
"""What the triggers say of a row that stands still."""

_POSTGRESQL_FUNCTIONS = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of % are never %', TG_TABLE_NAME,
  CASE TG_OP WHEN 'UPDATE' THEN 'changed' ELSE 'deleted' END USING ERRCODE = '23514'; END $$;
CREATE FUNCTION refuse_unversioned_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.version <> OLD.version + 1 OR NEW.id <> OLD.id THEN
    RAISE EXCEPTION 'rows of % change one version at a time', TG_TABLE_NAME
      USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;
"""


def triggers(dialect: str) -> Iterator[str]:
    """Yield the statements that make the triggers of every table for `sqlite` or `postgresql`."""
    if dialect == "postgresql":
        yield _POSTGRESQL_FUNCTIONS
    for mapper in sorted(Base.registry.mappers, key=lambda mapper: str(mapper.local_table)):
        yield from table_triggers(mapper.class_, dialect)


def table_triggers(table: type[Base], dialect: str) -> Iterator[str]:
    """Yield the statements that make the triggers of one table."""
    make = _postgresql if dialect == "postgresql" else _sqlite
    yield from make(table.__tablename__, table.append_only)
    guarded = _postgresql_guard if dialect == "postgresql" else _sqlite_guard
    for guard in table.guards:
        yield from guarded(table.__tablename__, guard)
    if not table.outside_lock and participant_sql(table.__table__, "NEW"):
        lock = _postgresql_lock if dialect == "postgresql" else _sqlite_lock
        yield from lock(table)


def _sqlite(name: str, append_only: bool) -> Iterator[str]:
    yield (
        f"CREATE TRIGGER {name}_is_kept BEFORE DELETE ON {name}"
        f" BEGIN SELECT RAISE(ABORT, 'rows of {name} are never deleted'); END"
    )
    if append_only:
        yield (
            f"CREATE TRIGGER {name}_stands BEFORE UPDATE ON {name}"
            f" BEGIN SELECT RAISE(ABORT, 'rows of {name} are never changed'); END"
        )
        return
    yield (
        f"CREATE TRIGGER {name}_is_versioned BEFORE UPDATE ON {name}"
        " WHEN NEW.version <> OLD.version + 1 OR NEW.id <> OLD.id"
        f" BEGIN SELECT RAISE(ABORT, 'rows of {name} change one version at a time'); END"
    )


def _postgresql(name: str, append_only: bool) -> Iterator[str]:
    yield (
        f"CREATE TRIGGER {name}_is_kept BEFORE DELETE ON {name}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    yield (
        f"CREATE TRIGGER {name}_is_never_emptied BEFORE TRUNCATE ON {name}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    function = "refuse_change" if append_only else "refuse_unversioned_change"
    yield (
        f"CREATE TRIGGER {name}_stands BEFORE UPDATE ON {name}"
        f" FOR EACH ROW EXECUTE FUNCTION {function}()"
    )


def _sqlite_guard(table: str, guard: Guard) -> Iterator[str]:
    for change in ("INSERT", "UPDATE"):
        yield (
            f"CREATE TRIGGER {guard.name}_on_{change.lower()} AFTER {change} ON {table}"
            f" WHEN {guard.broken}"
            f" BEGIN SELECT RAISE(ABORT, 'constraint failed: {guard.name}'); END"
        )


def _postgresql_guard(table: str, guard: Guard) -> Iterator[str]:
    yield (
        f"CREATE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN IF {guard.broken} THEN"
        f" RAISE EXCEPTION 'a row violates constraint \"{guard.name}\"' USING ERRCODE = '23514';"
        " END IF; RETURN NULL; END $$"
    )
    yield (
        f"CREATE TRIGGER {guard.name} AFTER INSERT OR UPDATE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {guard.name}()"
    )


def _locked(table: type[Base], row: str) -> str:
    """Return the condition that a row (`NEW` or `OLD`) is under an open lock."""
    visit = visit_sql(table.__table__, row)
    of_visit = f" OR l.visit_id = {visit}" if visit else ""
    return (
        "EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL"
        f" AND l.participant_id = {participant_sql(table.__table__, row)}"
        f" AND (l.visit_id IS NULL{of_visit}))"
    )


def _sqlite_lock(table: type[Base]) -> Iterator[str]:
    name = table.__tablename__
    refuse = f"BEGIN SELECT RAISE(ABORT, '{LOCKED}'); END"
    new, old = _locked(table, "NEW"), _locked(table, "OLD")
    yield f"CREATE TRIGGER {name}_new_in_lock BEFORE INSERT ON {name} WHEN {new} {refuse}"
    yield f"CREATE TRIGGER {name}_in_lock BEFORE UPDATE ON {name} WHEN {old} OR {new} {refuse}"


def _postgresql_lock(table: type[Base]) -> Iterator[str]:
    name = table.__tablename__
    refuse = f"RAISE EXCEPTION '{LOCKED}' USING ERRCODE = '23514'; END IF;"
    yield (
        f"CREATE FUNCTION refuse_locked_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {_locked(table, 'NEW')} THEN {refuse}"
        f" IF TG_OP = 'UPDATE' THEN IF {_locked(table, 'OLD')} THEN {refuse} END IF;"
        " RETURN NEW; END $$"
    )
    yield (
        f"CREATE TRIGGER {name}_in_lock BEFORE INSERT OR UPDATE ON {name}"
        f" FOR EACH ROW EXECUTE FUNCTION refuse_locked_{name}()"
    )
