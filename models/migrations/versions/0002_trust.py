"""Roles, the record of acts, the second person on a document, and the PIN of the desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")
ROLE = "secretary warehouse volunteers desk tracing auditor administrator"
FIRST_USERS = ("secretary", "administrator")  # until now, whoever signed in might do everything
FROZEN = "acts never change"


def upgrade() -> None:
    _make_tables()
    whole = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(  # as plain SQL: rebuilding the table would lose its triggers
        f"ALTER TABLE document ADD COLUMN confirmed_by {whole}"
        " CONSTRAINT fk_document_confirmed_by_user_account REFERENCES user_account (id)"
    )
    op.execute("ALTER TABLE user_account ADD COLUMN pin VARCHAR(200)")
    for role in FIRST_USERS:
        op.execute(
            f"INSERT INTO user_role (user_id, role) SELECT id, '{role}' FROM user_account"
            " WHERE is_active"
        )
    for act in ("UPDATE", "DELETE"):
        _guard(act)


def _make_tables() -> None:
    role = sa.Enum(*ROLE.split(), name="role", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "user_role",
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("role", role, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_role_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_user_role")),
    )
    op.create_table(
        "act",
        sa.Column("id", WHOLE, nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("user_id", WHOLE, nullable=True),
        sa.Column("witness_id", WHOLE, nullable=True),
        sa.Column("roles", sa.String(length=100), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=30), nullable=False),
        sa.Column("subject_id", WHOLE, nullable=True),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_act_user_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["witness_id"], ["user_account.id"], name=op.f("fk_act_witness_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act")),
    )
    op.create_index("ix_act_subject", "act", ["subject", "subject_id"], unique=False)


def _guard(act: str) -> None:
    name = f"act_{act.lower()}_refused"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON act BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{FROZEN}'; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {act} ON act FOR EACH ROW EXECUTE FUNCTION {name}()")
    if act == "DELETE":
        op.execute("CREATE TRIGGER act_kept BEFORE TRUNCATE ON act EXECUTE FUNCTION kept()")
