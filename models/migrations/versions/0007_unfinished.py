"""What is typed and not saved yet is kept for whoever typed it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "unfinished",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("about", WHOLE, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_unfinished_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unfinished")),
        sa.UniqueConstraint("token", name=op.f("uq_unfinished_token")),
    )
