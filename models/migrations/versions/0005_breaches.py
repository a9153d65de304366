"""Breaches of personal data: every version of their record, and none is ever changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")
FROZEN = "the record of a breach never changes"


def upgrade() -> None:
    op.create_table(
        "breach",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("year", WHOLE, nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=True),
        sa.Column("noticed_at", sa.DateTime(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("whose", sa.String(length=500), nullable=False),
        sa.Column("persons", WHOLE, nullable=True),
        sa.Column("which", sa.String(length=500), nullable=False),
        sa.Column("consequences", sa.Text(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("agency", _told("agency"), nullable=False),
        sa.Column("agency_at", sa.DateTime(), nullable=True),
        sa.Column("agency_why", sa.String(length=500), nullable=False),
        sa.Column("people", _told("people"), nullable=False),
        sa.Column("people_on", sa.Date(), nullable=True),
        sa.Column("people_why", sa.String(length=500), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_breach_version")),
        sa.CheckConstraint("persons >= 0", name=op.f("ck_breach_persons")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_breach_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach")),
        sa.UniqueConstraint(
            "year", "number", "version", name=op.f("uq_breach_year_number_version")
        ),
    )
    guard = _file_guard if op.get_bind().dialect.name == "sqlite" else _server_guard
    for act in ("UPDATE", "DELETE"):
        guard(f"breach_{act.lower()}_refused", act)


def _told(name: str) -> sa.Enum:
    """An enumeration as text, held to its values by a CHECK of that name."""
    values = ("not_yet", "told", "waived")
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _file_guard(name: str, act: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {act} ON breach BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"
    )


def _server_guard(name: str, act: str) -> None:
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{FROZEN}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {act} ON breach FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
    if act == "DELETE":
        op.execute("CREATE TRIGGER breach_kept BEFORE TRUNCATE ON breach EXECUTE FUNCTION kept()")
