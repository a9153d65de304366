"""A stock count needs two people too; what is due among remarks is found at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

GUARD = "document_two_people"
ALONE = (
    "NEW.status = 'posted' AND OLD.status = 'draft' AND NEW.kind IN ('write_off', 'count')"
    " AND NEW.posted_by IS NOT NULL AND coalesce(NEW.confirmed_by, NEW.posted_by) = NEW.posted_by"
)
REFUSAL = "a write-off and a count need two people"
REMARKED = sa.text("remark <> ''")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {GUARD}")
        op.execute(
            f"CREATE TRIGGER {GUARD} BEFORE UPDATE OF status ON document WHEN {ALONE}"
            f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    else:  # the trigger stays; what it asks is another question from now on
        op.execute(
            f"CREATE OR REPLACE FUNCTION {GUARD}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF {ALONE} THEN RAISE EXCEPTION '{REFUSAL}'; END IF; RETURN NEW; END $$"
        )
    op.create_index(
        "ix_encounter_remark",
        "encounter",
        ["day"],
        sqlite_where=REMARKED,
        postgresql_where=REMARKED,
    )
