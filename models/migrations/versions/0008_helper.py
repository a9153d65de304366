"""An entry of aid may say who helped, where that is not who entered it."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"

GUARD = "encounter_update_refused"
KEPT = (
    "id, token, day, place_id, user_id, entered_at, card_id, persons, is_estimated,"
    " document_id, reverses_id, import_id, helper_id"
)
REFUSAL = "posted rows never change"
NAMED = "helper_id IS NOT NULL"  # few entries name somebody: of those alone there is an index


def upgrade() -> None:
    is_file = op.get_bind().dialect.name == "sqlite"
    whole = "INTEGER" if is_file else "BIGINT"
    op.execute(  # as plain SQL: rebuilding the table would lose its triggers
        f"ALTER TABLE encounter ADD COLUMN helper_id {whole}"
        " CONSTRAINT fk_encounter_helper_id_volunteer REFERENCES volunteer (id)"
    )
    op.execute(f"CREATE INDEX ix_encounter_helper ON encounter (helper_id) WHERE {NAMED}")
    if is_file:
        op.execute(f"DROP TRIGGER {GUARD}")
        op.execute(
            f"CREATE TRIGGER {GUARD} BEFORE UPDATE OF {KEPT} ON encounter"
            f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    else:
        op.execute(f"DROP TRIGGER {GUARD} ON encounter")
        op.execute(
            f"CREATE TRIGGER {GUARD} BEFORE UPDATE OF {KEPT} ON encounter"
            f" FOR EACH ROW EXECUTE FUNCTION {GUARD}()"
        )
