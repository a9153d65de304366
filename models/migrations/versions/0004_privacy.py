"""How long data are kept, erasures that were done, and counts that outlive what was erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")
KIND = "cards remarks volunteers ledger"
VULNERABILITY = "uasc pregnant single_headed older illness injury violence mine"


def upgrade() -> None:
    for table in ("card", "volunteer"):  # as plain SQL: rebuilding would lose the triggers
        op.execute(f"ALTER TABLE {table} ADD COLUMN erased_on DATE")
    op.create_table(
        "retention",
        sa.Column("kind", _choice(KIND, "kind"), nullable=False),
        sa.Column("days", WHOLE, nullable=False),
        sa.CheckConstraint("days BETWEEN 1 AND 36500", name=op.f("ck_retention_days")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_retention")),
    )
    op.create_table(
        "erased_vulnerability",
        sa.Column("kind", _choice(VULNERABILITY, "vulnerability"), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("is_first_of_year", sa.Boolean(), nullable=False),
        sa.Column("persons", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint(
            "kind", "month", "is_first_of_year", name=op.f("pk_erased_vulnerability")
        ),
    )
    op.create_table(
        "erasure",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=True),
        sa.Column("cause", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=30), nullable=False),
        sa.Column("subject_id", WHOLE, nullable=True),
        sa.Column("cards", WHOLE, nullable=False),
        sa.Column("remarks", WHOLE, nullable=False),
        sa.Column("volunteers", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_erasure_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )


def _choice(values: str, name: str) -> sa.Enum:
    """An enumeration as text, held to its values by a CHECK."""
    return sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)
