"""The first schema: tables, and the triggers that keep posted books as they were posted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# Compared byte by byte on both engines; eight bytes where four would not hold thousandths.
SORT_KEY = sa.String(1000).with_variant(sa.String(1000, collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")

AGEBAND = "0-1 2-5 6-12 13-17 18-59 60+ unknown"
CATEGORY = "hot_meal dry_meal drink food baby hygiene bedding clothing shelter household medical"
DISABILITY = "yes no unknown"
KIND = "receipt issue transfer hand_out write_off return count loan kit reversal"
LEVEL = "branch canton entity society"
PLACEKIND = "warehouse point team donor handed_out delivered written_off difference"
REASON = "wound blisters cramps muscle_pain scabies dehydration hypothermia fever other"
REFERRAL = "health_centre social_work iom unhcr legal_aid other"
SERVICE = "first_aid pss doctor psychologist transport rfl information referral"
SEX = "female male unknown"
SKILL = "first_aid pss pgi tracing anti_trafficking security referral mine_risk camp driving interpreting warehouse"
STANDING = "volunteer staff paid_helper"
STATE = "prospective active resting left"
STATUS = "draft posted"
UNIT = "piece pair packet box bottle kg l meal portion"
VULNERABILITY = "uasc pregnant single_headed older illness injury violence mine"
WORK = "field_team distribution warehouse kitchen training blood_drive office other"

CLOSED = "closed month"
POSTED = "posted rows never change"

# What never changes, and when (no condition: never at all).
FROZEN = (
    ("document", "UPDATE", "OLD.status = 'posted'"),
    ("document", "DELETE", "OLD.status = 'posted'"),
    ("document", "INSERT", "NEW.status <> 'draft'"),
    ("line", "UPDATE", ""),
    ("lot", "UPDATE", ""),
    ("lot", "DELETE", ""),
    ("encounter", "DELETE", ""),
    ("reached", "UPDATE", ""),
    ("reached", "DELETE", ""),
    ("service", "UPDATE", ""),
    ("service", "DELETE", ""),
    ("closing", "UPDATE", ""),
    ("closing", "DELETE", ""),
    ("imported_file", "UPDATE", ""),
    ("imported_file", "DELETE", ""),
)

# An encounter keeps all but its remark, which may hold what a person asks to be erased.
ENCOUNTER = (
    "id, token, day, place_id, user_id, entered_at, card_id, persons, is_estimated,"
    " document_id, reverses_id, import_id"
)

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

# On a server a table can be emptied without touching a row; these never are.
KEPT = ("document", "line", "lot", "on_hand", "encounter", "reached", "service", "closing")

POSTING = "UPDATE OF status ON document"
IS_POSTING = "NEW.status = 'posted' AND OLD.status = 'draft'"

ENDS = (
    "SELECT line.lot_id, place.id AS place_id,"
    " CASE WHEN line.to_id = place.id THEN line.quantity ELSE -line.quantity END AS change"
    " FROM line JOIN place ON place.id IN (line.from_id, line.to_id)"
    " WHERE line.document_id = NEW.id AND place.kind IN ('warehouse', 'point', 'team')"
)
NEW_TOTALS = (
    "INSERT INTO on_hand (place_id, lot_id, quantity)"
    f" SELECT DISTINCT ends.place_id, ends.lot_id, 0 FROM ({ENDS}) AS ends"
    " WHERE NOT EXISTS (SELECT 1 FROM on_hand AS there"
    " WHERE there.place_id = ends.place_id AND there.lot_id = ends.lot_id)"
)
MOVE_TOTALS = (
    "UPDATE on_hand SET quantity = on_hand.quantity + moved.change"
    f" FROM (SELECT place_id, lot_id, sum(change) AS change FROM ({ENDS}) AS ends"
    " GROUP BY place_id, lot_id) AS moved"
    " WHERE on_hand.place_id = moved.place_id AND on_hand.lot_id = moved.lot_id"
)


def upgrade() -> None:
    _make_tables()
    if op.get_bind().dialect.name == "sqlite":
        _guard_the_file()
    else:
        _guard_the_server()


def _choice(values: str, name: str) -> sa.Enum:
    """An enumeration as text, held to its values by a CHECK."""
    return sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)


def _make_tables() -> None:
    op.create_table(
        "branch",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("entity", sa.String(length=10), nullable=False),
        sa.Column("canton", sa.String(length=4), nullable=False),
        sa.Column("town", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("secretary", sa.String(length=200), nullable=False),
        sa.Column("president", sa.String(length=200), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("report_day", WHOLE, nullable=False),
        sa.Column("is_practice", sa.Boolean(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_branch_only_one")),
        sa.CheckConstraint("report_day BETWEEN 1 AND 28", name=op.f("ck_branch_report_day")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch")),
    )
    op.create_table(
        "card",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("token", sa.String(length=16), nullable=False),
        sa.Column("sex", _choice(SEX, "sex"), nullable=False),
        sa.Column("birth_year", WHOLE, nullable=True),
        sa.Column("age_band", _choice(AGEBAND, "ageband"), nullable=False),
        sa.Column("nationality", sa.String(length=2), nullable=False),
        sa.Column("disability", _choice(DISABILITY, "disability"), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.CheckConstraint("birth_year BETWEEN 1900 AND 2200", name=op.f("ck_card_birth_year")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("token", name=op.f("uq_card_token")),
    )
    op.create_table(
        "donor",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sort", SORT_KEY, nullable=False),
        sa.Column("search", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donor")),
        sa.UniqueConstraint("name", name=op.f("uq_donor_name")),
    )
    op.create_table(
        "indicator",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("section", sa.String(length=20), nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
        sa.UniqueConstraint("code", name=op.f("uq_indicator_code")),
    )
    op.create_table(
        "item",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("category", _choice(CATEGORY, "category"), nullable=False),
        sa.Column("unit", _choice(UNIT, "unit"), nullable=False),
        sa.Column("weight", WHOLE, nullable=True),
        sa.Column("minimum", WHOLE, nullable=False),
        sa.Column("tracks_expiry", sa.Boolean(), nullable=False),
        sa.Column("ifrc_code", sa.String(length=40), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("search", sa.String(), nullable=False),
        sa.CheckConstraint("minimum >= 0", name=op.f("ck_item_minimum")),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_item_weight")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("code", name=op.f("uq_item_code")),
    )
    op.create_table(
        "municipality",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_municipality")),
    )
    op.create_table(
        "narrative",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("section", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_narrative")),
        sa.UniqueConstraint(
            "first", "last", "section", name=op.f("uq_narrative_first_last_section")
        ),
    )
    op.create_table(
        "organization",
        sa.Column("level", _choice(LEVEL, "level"), nullable=False),
        sa.PrimaryKeyConstraint("level", name=op.f("pk_organization")),
    )
    op.create_table(
        "place",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("kind", _choice(PLACEKIND, "placekind"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("sort", SORT_KEY, nullable=False),
        sa.Column("search", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("login", name=op.f("uq_user_account_login")),
    )
    op.create_table(
        "volunteer",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("standing", _choice(STANDING, "standing"), nullable=False),
        sa.Column("state", _choice(STATE, "state"), nullable=False),
        sa.Column("sex", _choice(SEX, "sex"), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=False),
        sa.Column("email", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("guardian", sa.String(length=200), nullable=False),
        sa.Column("guardian_consent_on", sa.Date(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("long_term_reported_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("sort", SORT_KEY, nullable=False),
        sa.Column("search", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer")),
    )
    op.create_index(op.f("ix_volunteer_sort"), "volunteer", ["sort"], unique=False)
    op.create_table(
        "activity",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("work", _choice(WORK, "work"), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("place_id", WHOLE, nullable=True),
        sa.Column("kilometres", WHOLE, nullable=False),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("search", sa.String(), nullable=False),
        sa.CheckConstraint("kilometres >= 0", name=op.f("ck_activity_kilometres")),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_activity_place_id_place")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint("id", "day", name=op.f("uq_activity_id_day")),
        sa.UniqueConstraint("token", name=op.f("uq_activity_token")),
    )
    op.create_index("ix_activity_day", "activity", ["day"], unique=False)
    op.create_table(
        "card_vulnerability",
        sa.Column("card_id", WHOLE, nullable=False),
        sa.Column("kind", _choice(VULNERABILITY, "vulnerability"), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"], ["card.id"], name=op.f("fk_card_vulnerability_card_id_card")
        ),
        sa.PrimaryKeyConstraint("card_id", "kind", name=op.f("pk_card_vulnerability")),
    )
    op.create_table(
        "closing",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=False),
        sa.Column("closed_by", WHOLE, nullable=True),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("chain_head", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["user_account.id"], name=op.f("fk_closing_closed_by_user_account")
        ),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_closing")),
        sa.UniqueConstraint("number", name=op.f("uq_closing_number")),
    )
    op.create_table(
        "document",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("kind", _choice(KIND, "kind"), nullable=False),
        sa.Column("status", _choice(STATUS, "status"), nullable=False),
        sa.Column("place_id", WHOLE, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("year", WHOLE, nullable=False),
        sa.Column("number", WHOLE, nullable=True),
        sa.Column("counterpart", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("reverses_id", WHOLE, nullable=True),
        sa.Column("posted_at", sa.DateTime(), nullable=True),
        sa.Column("posted_by", WHOLE, nullable=True),
        sa.Column("chain_number", WHOLE, nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(status = 'posted') = (hash IS NOT NULL)", name=op.f("ck_document_chained")
        ),
        sa.CheckConstraint(
            "(status = 'posted') = (number IS NOT NULL)", name=op.f("ck_document_numbered")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_document_place_id_place")
        ),
        sa.ForeignKeyConstraint(
            ["posted_by"], ["user_account.id"], name=op.f("fk_document_posted_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["document.id"], name=op.f("fk_document_reverses_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("chain_number", name=op.f("uq_document_chain_number")),
        sa.UniqueConstraint("id", "day", name=op.f("uq_document_id_day")),
        sa.UniqueConstraint(
            "kind", "place_id", "year", "number", name=op.f("uq_document_kind_place_id_year_number")
        ),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_document_reverses_id")),
        sa.UniqueConstraint("token", name=op.f("uq_document_token")),
    )
    op.create_index("ix_document_day", "document", ["day", "chain_number"], unique=False)
    op.create_index("ix_document_kind", "document", ["kind", "day", "chain_number"], unique=False)
    op.create_table(
        "imported_file",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.Column("imported_by", WHOLE, nullable=True),
        sa.Column("rows", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["imported_by"],
            ["user_account.id"],
            name=op.f("fk_imported_file_imported_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_file")),
        sa.UniqueConstraint("digest", name=op.f("uq_imported_file_digest")),
    )
    op.create_table(
        "indicator_name",
        sa.Column("indicator_id", WHOLE, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("definition", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["indicator_id"],
            ["indicator.id"],
            name=op.f("fk_indicator_name_indicator_id_indicator"),
        ),
        sa.PrimaryKeyConstraint("indicator_id", "language", name=op.f("pk_indicator_name")),
    )
    op.create_table(
        "indicator_term",
        sa.Column("indicator_id", WHOLE, nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["indicator_id"],
            ["indicator.id"],
            name=op.f("fk_indicator_term_indicator_id_indicator"),
        ),
        sa.PrimaryKeyConstraint("indicator_id", "measure", "key", name=op.f("pk_indicator_term")),
    )
    op.create_table(
        "item_name",
        sa.Column("item_id", WHOLE, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sort", SORT_KEY, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_name_item_id_item")),
        sa.PrimaryKeyConstraint("item_id", "language", name=op.f("pk_item_name")),
    )
    op.create_table(
        "lot",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("item_id", WHOLE, nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("expiry", sa.Date(), nullable=True),
        sa.Column("donor_id", WHOLE, nullable=True),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("unit_value", WHOLE, nullable=True),
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.CheckConstraint("unit_value BETWEEN 0 AND 10000000", name=op.f("ck_lot_unit_value")),
        sa.ForeignKeyConstraint(["donor_id"], ["donor.id"], name=op.f("fk_lot_donor_id_donor")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_lot_item_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("identity", name=op.f("uq_lot_identity")),
    )
    op.create_index(op.f("ix_lot_item_id"), "lot", ["item_id"], unique=False)
    op.create_table(
        "organization_name",
        sa.Column("level", _choice(LEVEL, "level"), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["level"], ["organization.level"], name=op.f("fk_organization_name_level_organization")
        ),
        sa.PrimaryKeyConstraint("level", "language", name=op.f("pk_organization_name")),
    )
    op.create_table(
        "pack",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("item_id", WHOLE, nullable=False),
        sa.Column("unit", _choice(UNIT, "unit"), nullable=False),
        sa.Column("quantity", WHOLE, nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_pack_quantity")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_pack_item_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack")),
        sa.UniqueConstraint("item_id", "unit", name=op.f("uq_pack_item_id_unit")),
    )
    op.create_table(
        "training",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("volunteer_id", WHOLE, nullable=False),
        sa.Column("skill", _choice(SKILL, "skill"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("provider", sa.String(length=200), nullable=False),
        sa.CheckConstraint("expires_on >= day", name=op.f("ck_training_expiry")),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteer.id"], name=op.f("fk_training_volunteer_id_volunteer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
    )
    op.create_index(op.f("ix_training_day"), "training", ["day"], unique=False)
    op.create_index(op.f("ix_training_volunteer_id"), "training", ["volunteer_id"], unique=False)
    op.create_table(
        "volunteer_skill",
        sa.Column("volunteer_id", WHOLE, nullable=False),
        sa.Column("skill", _choice(SKILL, "skill"), nullable=False),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteer.id"],
            name=op.f("fk_volunteer_skill_volunteer_id_volunteer"),
        ),
        sa.PrimaryKeyConstraint("volunteer_id", "skill", name=op.f("pk_volunteer_skill")),
    )
    op.create_table(
        "encounter",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place_id", WHOLE, nullable=False),
        sa.Column("user_id", WHOLE, nullable=True),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("card_id", WHOLE, nullable=True),
        sa.Column("persons", WHOLE, nullable=False),
        sa.Column("is_estimated", sa.Boolean(), nullable=False),
        sa.Column("document_id", WHOLE, nullable=True),
        sa.Column("reverses_id", WHOLE, nullable=True),
        sa.Column("import_id", WHOLE, nullable=True),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "persons >= 0 OR reverses_id IS NOT NULL", name=op.f("ck_encounter_sign")
        ),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_encounter_card_id_card")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_encounter_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imported_file.id"], name=op.f("fk_encounter_import_id_imported_file")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_encounter_place_id_place")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["encounter.id"], name=op.f("fk_encounter_reverses_id_encounter")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_encounter_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_encounter")),
        sa.UniqueConstraint("document_id", name=op.f("uq_encounter_document_id")),
        sa.UniqueConstraint("id", "day", name=op.f("uq_encounter_id_day")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_encounter_reverses_id")),
        sa.UniqueConstraint("token", name=op.f("uq_encounter_token")),
    )
    op.create_index("ix_encounter_card", "encounter", ["card_id", "day", "persons"], unique=False)
    op.create_index(
        "ix_encounter_day", "encounter", ["day", "is_estimated", "persons"], unique=False
    )
    op.create_index(op.f("ix_encounter_import_id"), "encounter", ["import_id"], unique=False)
    op.create_table(
        "engagement",
        sa.Column("activity_id", WHOLE, nullable=False),
        sa.Column("volunteer_id", WHOLE, nullable=False),
        sa.Column("minutes", WHOLE, nullable=False),
        sa.Column("standing", _choice(STANDING, "standing"), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_engagement_minutes")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_engagement_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteer.id"], name=op.f("fk_engagement_volunteer_id_volunteer")
        ),
        sa.PrimaryKeyConstraint("activity_id", "volunteer_id", name=op.f("pk_engagement")),
    )
    op.create_index(
        op.f("ix_engagement_volunteer_id"), "engagement", ["volunteer_id"], unique=False
    )
    op.create_table(
        "line",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("document_id", WHOLE, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("lot_id", WHOLE, nullable=False),
        sa.Column("from_id", WHOLE, nullable=False),
        sa.Column("to_id", WHOLE, nullable=False),
        sa.Column("quantity", WHOLE, nullable=False),
        sa.Column("expected", WHOLE, nullable=True),
        sa.CheckConstraint("expected >= 0", name=op.f("ck_line_expected")),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_line_moves")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_line_quantity")),
        sa.ForeignKeyConstraint(
            ["document_id", "day"],
            ["document.id", "document.day"],
            name=op.f("fk_line_document_id_day_document"),
        ),
        sa.ForeignKeyConstraint(["from_id"], ["place.id"], name=op.f("fk_line_from_id_place")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_line_lot_id_lot")),
        sa.ForeignKeyConstraint(["to_id"], ["place.id"], name=op.f("fk_line_to_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line")),
        sa.UniqueConstraint("document_id", "position", name=op.f("uq_line_document_id_position")),
    )
    op.create_index(
        "ix_line_day", "line", ["day", "lot_id", "from_id", "to_id", "quantity"], unique=False
    )
    op.create_index("ix_line_lot_day", "line", ["lot_id", "day"], unique=False)
    op.create_index("ix_line_to_day", "line", ["to_id", "day"], unique=False)
    op.create_table(
        "on_hand",
        sa.Column("place_id", WHOLE, nullable=False),
        sa.Column("lot_id", WHOLE, nullable=False),
        sa.Column("quantity", WHOLE, nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_on_hand_quantity")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_on_hand_lot_id_lot")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_on_hand_place_id_place")),
        sa.PrimaryKeyConstraint("place_id", "lot_id", name=op.f("pk_on_hand")),
    )
    op.create_index("ix_on_hand_lot", "on_hand", ["lot_id"], unique=False)
    op.create_table(
        "reached",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("encounter_id", WHOLE, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sex", _choice(SEX, "sex"), nullable=False),
        sa.Column("age_band", _choice(AGEBAND, "ageband"), nullable=False),
        sa.Column("nationality", sa.String(length=2), nullable=False),
        sa.Column("disability", _choice(DISABILITY, "disability"), nullable=False),
        sa.Column("persons", WHOLE, nullable=False),
        sa.Column("is_carded", sa.Boolean(), nullable=False),
        sa.CheckConstraint("persons <> 0", name=op.f("ck_reached_persons")),
        sa.ForeignKeyConstraint(
            ["encounter_id", "day"],
            ["encounter.id", "encounter.day"],
            name=op.f("fk_reached_encounter_id_day_encounter"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reached")),
    )
    op.create_index(
        "ix_reached_day",
        "reached",
        ["is_carded", "day", "sex", "age_band", "nationality", "disability", "persons"],
        unique=False,
    )
    op.create_index("ix_reached_encounter", "reached", ["encounter_id"], unique=False)
    op.create_table(
        "service",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("encounter_id", WHOLE, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", _choice(SERVICE, "service"), nullable=False),
        sa.Column("times", WHOLE, nullable=False),
        sa.Column("persons", WHOLE, nullable=False),
        sa.Column("reason", _choice(REASON, "reason"), nullable=True),
        sa.Column("referral", _choice(REFERRAL, "referral"), nullable=True),
        sa.CheckConstraint("times <> 0", name=op.f("ck_service_times")),
        sa.ForeignKeyConstraint(
            ["encounter_id", "day"],
            ["encounter.id", "encounter.day"],
            name=op.f("fk_service_encounter_id_day_encounter"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
    )
    op.create_index(
        "ix_service_day",
        "service",
        ["day", "kind", "reason", "referral", "times", "persons"],
        unique=False,
    )
    op.create_index("ix_service_encounter", "service", ["encounter_id"], unique=False)


def _posted_document(row: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM document"
        f" WHERE document.id = {row}.document_id AND document.status = 'posted')"
    )


def _other_unit() -> str:
    return "OLD.unit <> NEW.unit AND EXISTS (SELECT 1 FROM lot WHERE lot.item_id = OLD.id)"


def _closed(month: str) -> str:
    return f"EXISTS (SELECT 1 FROM closing WHERE closing.month >= {month})"


def _closed_hours(row: str, month: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM activity JOIN closing"
        f" ON closing.month >= {month} WHERE activity.id = {row}.activity_id)"
    )


def _guard_the_file() -> None:
    month = "substr({}.day, 1, 7)".format
    for table, act, when in FROZEN:
        _file_guard(f"{table}_{act}_refused", f"{act} ON {table}", when, POSTED)
    for act, row in (("INSERT", "NEW"), ("DELETE", "OLD")):
        _file_guard(f"line_{act}_posted", f"{act} ON line", _posted_document(row), POSTED)
    _file_guard("encounter_update_refused", f"UPDATE OF {ENCOUNTER} ON encounter", "", POSTED)
    _file_guard("item_unit_refused", "UPDATE OF unit ON item", _other_unit(), POSTED)
    for name, table, act, row in DATED:
        _file_guard(name, f"{act} ON {table}", _closed(month(row)), CLOSED)
    for name, act, row in HOURS:
        closed = _closed_hours(row, month("activity"))
        _file_guard(name, f"{act} ON engagement", closed, CLOSED)
    closed = f"{IS_POSTING} AND {_closed(month('NEW'))}"
    _file_guard("document_closed", POSTING, closed, CLOSED)
    op.execute(
        f"CREATE TRIGGER document_totals AFTER {POSTING} WHEN {IS_POSTING}"
        f" BEGIN {NEW_TOTALS}; {MOVE_TOTALS}; END"
    )


def _file_guard(name: str, event: str, when: str, refusal: str) -> None:
    condition = f"WHEN {when}" if when else ""
    op.execute(
        f"CREATE TRIGGER {name.lower()} BEFORE {event} {condition}"
        f" BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
    )


def _guard_the_server() -> None:
    month = "to_char({}.day, 'YYYY-MM')".format
    for table, act, when in FROZEN:
        _server_guard(f"{table}_{act}_refused", f"{act} ON {table}", when or "true", POSTED)
    for act, row in (("INSERT", "NEW"), ("DELETE", "OLD")):
        _server_guard(f"line_{act}_posted", f"{act} ON line", _posted_document(row), POSTED)
    _server_guard("encounter_update_refused", f"UPDATE OF {ENCOUNTER} ON encounter", "true", POSTED)
    _server_guard("item_unit_refused", "UPDATE OF unit ON item", _other_unit(), POSTED)
    for name, table, act, row in DATED:
        _server_guard(name, f"{act} ON {table}", _closed(month(row)), CLOSED)
    for name, act, row in HOURS:
        closed = _closed_hours(row, month("activity"))
        _server_guard(name, f"{act} ON engagement", closed, CLOSED)
    op.execute(
        "CREATE FUNCTION kept() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{POSTED}'; END $$"
    )
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table} EXECUTE FUNCTION kept()"
        )
    closed = f"{IS_POSTING} AND {_closed(month('NEW'))}"
    _server_guard("document_closed", POSTING, closed, CLOSED)
    move = f"IF {IS_POSTING} THEN {NEW_TOTALS}; {MOVE_TOTALS}; END IF; RETURN NEW;"
    _server_trigger("document_totals", f"AFTER {POSTING}", move)


def _server_guard(name: str, event: str, when: str, refusal: str) -> None:
    row = "OLD" if event.startswith("DELETE") else "NEW"
    body = f"IF {when} THEN RAISE EXCEPTION '{refusal}'; END IF; RETURN {row};"
    _server_trigger(name, f"BEFORE {event}", body)


def _server_trigger(name: str, event: str, body: str) -> None:
    name = name.lower()
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
    )
    op.execute(f"CREATE TRIGGER {name} {event} FOR EACH ROW EXECUTE FUNCTION {name}()")
