"""Two people for a write-off and for reopening a month; reports numbered per year, with corrections."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")
CLOSED = "closed month"
POSTED = "posted rows never change"
TWO = "a write-off needs two people"
SINCE = "witness.since"  # the act that says from which document on two people are asked for

# Rows that a closed month refuses: the guard, the table, the act, the row whose day counts.
DATED = (
    ("encounter_insert_closed", "encounter", "INSERT", "NEW"),
    ("reached_insert_closed", "reached", "INSERT", "NEW"),
    ("service_insert_closed", "service", "INSERT", "NEW"),
    ("activity_insert_closed", "activity", "INSERT", "NEW"),
    ("activity_update_closed", "activity", "UPDATE", "OLD"),
    ("activity_update_into_closed", "activity", "UPDATE", "NEW"),
    ("activity_delete_closed", "activity", "DELETE", "OLD"),
)
HOURS = (
    ("engagement_insert_closed", "INSERT", "NEW"),
    ("engagement_update_closed", "UPDATE", "OLD"),
    ("engagement_update_into_closed", "UPDATE", "NEW"),
    ("engagement_delete_closed", "DELETE", "OLD"),
)
POSTING = "UPDATE OF status ON document"
IS_POSTING = "NEW.status = 'posted' AND OLD.status = 'draft'"
BY_ONE = (
    f"{IS_POSTING} AND NEW.kind = 'write_off' AND NEW.posted_by IS NOT NULL"
    " AND coalesce(NEW.confirmed_by, NEW.posted_by) = NEW.posted_by"
)
ANSWERED = "OLD.answered_at IS NOT NULL"

# Guards of this revision: the name, the event, when they refuse, and what they say.
GUARDS = (
    ("closing_update_refused", "UPDATE ON closing", "", POSTED),
    ("closing_delete_refused", "DELETE ON closing", "", POSTED),
    ("reopening_update_refused", "UPDATE ON reopening", ANSWERED, POSTED),
    ("reopening_delete_refused", "DELETE ON reopening", ANSWERED, POSTED),
    ("document_two_people", POSTING, BY_ONE, TWO),
)


def upgrade() -> None:
    is_file = op.get_bind().dialect.name == "sqlite"
    if is_file:  # a trigger may not name a table that is gone
        for name in _closed_guards():
            op.execute(f"DROP TRIGGER {name}")
    _rebuild_closings()
    _make_tables()
    guard = _file_guard if is_file else _server_guard
    for name, event, when, said in GUARDS:
        guard(name, event, when, said)
    if is_file:
        _guard_closed_months()
    else:
        _closed_months_on_server()
    _say_since_when()


def _rebuild_closings() -> None:
    """A month may be closed again after it was reopened; numbers begin at 1 in each year."""
    columns = "month, number, closed_at, closed_by, figures, chain_head"
    rows = op.get_bind().execute(sa.text(f"SELECT {columns} FROM closing ORDER BY month")).all()
    op.drop_table("closing")
    table = op.create_table(
        "closing",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("year", WHOLE, nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("correction", WHOLE, nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=False),
        sa.Column("closed_by", WHOLE, nullable=True),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("chain_head", sa.String(length=64), nullable=False),
        sa.CheckConstraint("correction >= 0", name=op.f("ck_closing_correction")),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["user_account.id"], name=op.f("fk_closing_closed_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing")),
        sa.UniqueConstraint("month", "correction", name=op.f("uq_closing_month_correction")),
        sa.UniqueConstraint(
            "year", "number", "correction", name=op.f("uq_closing_year_number_correction")
        ),
    )
    if rows:
        op.bulk_insert(table, [_closing(row) for row in rows])


def _closing(row: Any) -> dict[str, object]:
    """A closing as it was; a number already printed stays, also where it did not begin at 1."""
    at = row.closed_at
    at = datetime.fromisoformat(at) if isinstance(at, str) else at
    kept = {"month": row.month, "number": row.number, "closed_at": at, "closed_by": row.closed_by}
    kept |= {"figures": row.figures, "chain_head": row.chain_head}
    return kept | {"year": int(row.month[:4]), "correction": 0}


def _make_tables() -> None:
    op.create_table(
        "reopening",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("closing_id", WHOLE, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", WHOLE, nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("answered_by", WHOLE, nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("asked_by <> answered_by", name=op.f("ck_reopening_two")),
        sa.CheckConstraint(
            "asked_by IS NULL OR answered_at IS NULL OR answered_by IS NOT NULL",
            name=op.f("ck_reopening_answered"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["user_account.id"], name=op.f("fk_reopening_answered_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["user_account.id"], name=op.f("fk_reopening_asked_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["closing_id"], ["closing.id"], name=op.f("fk_reopening_closing_id_closing")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reopening")),
    )
    op.create_index(op.f("ix_reopening_closing_id"), "reopening", ["closing_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("document_id", WHOLE, nullable=False, autoincrement=False),
        sa.Column("proposed_by", WHOLE, nullable=True),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("declined_by", WHOLE, nullable=True),
        sa.Column("declined_at", sa.DateTime(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("proposed_by <> declined_by", name=op.f("ck_proposal_two")),
        sa.ForeignKeyConstraint(
            ["declined_by"], ["user_account.id"], name=op.f("fk_proposal_declined_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_proposal_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["user_account.id"], name=op.f("fk_proposal_proposed_by_user_account")
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_proposal")),
    )
    op.create_table(
        "proposed_line",
        sa.Column("document_id", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("lot_id", WHOLE, nullable=False),
        sa.Column("from_id", WHOLE, nullable=False),
        sa.Column("to_id", WHOLE, nullable=False),
        sa.Column("quantity", WHOLE, nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_proposed_line_quantity")),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["proposal.document_id"],
            name=op.f("fk_proposed_line_document_id_proposal"),
        ),
        sa.ForeignKeyConstraint(
            ["from_id"], ["place.id"], name=op.f("fk_proposed_line_from_id_place")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_proposed_line_lot_id_lot")),
        sa.ForeignKeyConstraint(["to_id"], ["place.id"], name=op.f("fk_proposed_line_to_id_place")),
        sa.PrimaryKeyConstraint("document_id", "position", name=op.f("pk_proposed_line")),
    )


def _say_since_when() -> None:
    """Write-offs posted until now had no second person: the record says up to which document."""
    bind = op.get_bind()
    last = bind.execute(sa.text("SELECT max(chain_number) FROM document")).scalar()
    if last is None:
        return
    newest = bind.execute(sa.text("SELECT id, hash FROM act ORDER BY id DESC LIMIT 1")).first()
    number, before = (newest.id + 1, newest.hash) if newest else (1, "0" * 64)
    at = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    entry = (number, at, None, None, "program", SINCE, "", None, str(last))
    whole = f"1|{number}|{before}|{json.dumps(entry, default=str)}"
    names = (
        "id",
        "at",
        "user_id",
        "witness_id",
        "roles",
        "code",
        "subject",
        "subject_id",
        "detail",
    )
    act = sa.table(
        "act", sa.column("at", sa.DateTime()), *map(sa.column, {*names, "hash"} - {"at"})
    )
    row = dict(zip(names, entry, strict=True))
    op.bulk_insert(act, [row | {"hash": hashlib.sha256(whole.encode()).hexdigest()}])


def _closed_guards() -> list[str]:
    return [name for name, *_rest in (*DATED, *HOURS)] + ["document_closed"]


def _closed(month: str) -> str:
    """Whether that month, or a later one, has a report that was not reopened since."""
    return f"EXISTS (SELECT 1 FROM closing WHERE closing.month >= {month} AND {_STANDS})"


def _closed_hours(row: str, month: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM activity JOIN closing ON closing.month >= {month}"
        f" WHERE activity.id = {row}.activity_id AND {_STANDS})"
    )


_STANDS = (
    "NOT EXISTS (SELECT 1 FROM reopening"
    " WHERE reopening.closing_id = closing.id AND reopening.is_granted)"
)


def _guard_closed_months() -> None:
    month = "substr({}.day, 1, 7)".format
    for name, table, act, row in DATED:
        _file_guard(name, f"{act} ON {table}", _closed(month(row)), CLOSED)
    for name, act, row in HOURS:
        closed = _closed_hours(row, month("activity"))
        _file_guard(name, f"{act} ON engagement", closed, CLOSED)
    closed = f"{IS_POSTING} AND {_closed(month('NEW'))}"
    _file_guard("document_closed", POSTING, closed, CLOSED)


def _file_guard(name: str, event: str, when: str, refusal: str) -> None:
    condition = f"WHEN {when}" if when else ""
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} {condition}"
        f" BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
    )


def _closed_months_on_server() -> None:
    """The triggers stay; what they ask is another question from now on."""
    month = "to_char({}.day, 'YYYY-MM')".format
    for name, _table, act, row in DATED:
        _server_function(name, act, _closed(month(row)), CLOSED)
    for name, act, row in HOURS:
        _server_function(name, act, _closed_hours(row, month("activity")), CLOSED)
    _server_function(
        "document_closed", "UPDATE", f"{IS_POSTING} AND {_closed(month('NEW'))}", CLOSED
    )
    for table in ("closing", "reopening"):
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table} EXECUTE FUNCTION kept()"
        )


def _server_guard(name: str, event: str, when: str, refusal: str) -> None:
    _server_function(name, event, when or "true", refusal)
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _server_function(name: str, event: str, when: str, refusal: str) -> None:
    row = "OLD" if event.startswith("DELETE") else "NEW"
    body = f"IF {when} THEN RAISE EXCEPTION '{refusal}'; END IF; RETURN {row};"
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {body} END $$"
    )
