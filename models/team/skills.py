"""What people can be counted on for, and the trainings that taught them."""

from __future__ import annotations

import enum
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, choice
from translations import N_


class Skill(enum.StrEnum):
    """What people can be trained in and counted on for."""

    FIRST_AID = "first_aid"
    PSS = "pss"
    PGI = "pgi"
    TRACING = "tracing"
    ANTI_TRAFFICKING = "anti_trafficking"
    SECURITY = "security"
    REFERRAL = "referral"
    MINE_RISK = "mine_risk"
    CAMP = "camp"
    DRIVING = "driving"
    INTERPRETING = "interpreting"
    WAREHOUSE = "warehouse"

    @property
    def label(self) -> str:
        return _SKILLS[self]


_SKILLS = {
    Skill.FIRST_AID: N_("First aid"),
    Skill.PSS: N_("Psychosocial support"),
    Skill.PGI: N_("Protection, gender and inclusion"),
    Skill.TRACING: N_("Tracing service"),
    Skill.ANTI_TRAFFICKING: N_("Prevention of human trafficking"),
    Skill.SECURITY: N_("Safety in the field"),
    Skill.REFERRAL: N_("Referral of persons"),
    Skill.MINE_RISK: N_("Mine risk education"),
    Skill.CAMP: N_("Camp management"),
    Skill.DRIVING: N_("Driving"),
    Skill.INTERPRETING: N_("Interpreting"),
    Skill.WAREHOUSE: N_("Warehouse work"),
}


class VolunteerSkill(Base):
    __tablename__ = "volunteer_skill"

    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"), primary_key=True)
    skill: Mapped[Skill] = mapped_column(choice(Skill), primary_key=True)


class Training(Base):
    """A training someone finished, with the day its certificate expires."""

    __tablename__ = "training"
    __table_args__ = (CheckConstraint("expires_on >= day", name="expiry"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"), index=True)
    skill: Mapped[Skill] = mapped_column(choice(Skill))
    day: Mapped[date] = mapped_column(index=True)
    expires_on: Mapped[date | None]
    provider: Mapped[str] = mapped_column(String(200), default="")
