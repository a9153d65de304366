"""What every table is made of: the base of all classes, and the types that both engines share."""

from __future__ import annotations

import enum
from typing import Any, ClassVar, TypeVar

from sqlalchemy import BigInteger, Integer, MetaData, String
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.orm import DeclarativeBase, aliased
from sqlalchemy.types import TypeEngine

T = TypeVar("T", bound="Base")

# Quantities are thousandths and money is fenings: four bytes would not hold them on the server.
WHOLE = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """All tables of the program; the naming convention lets migrations name every constraint."""

    type_annotation_map: ClassVar[dict[type, TypeEngine[int]]] = {int: WHOLE}
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


_AGAIN: dict[tuple[type[Any], str], Any] = {}


def again(table: type[T], name: str) -> type[T]:
    """The same table once more in one statement, under that name.

    Each is made once: to make one costs as much as a statement takes.
    """
    if (table, name) not in _AGAIN:
        _AGAIN[table, name] = aliased(table, name=name)
    found: type[T] = _AGAIN[table, name]
    return found


# Keys of `models.text.sort_key`: compared byte by byte on both engines.
SORT_KEY = String(1000).with_variant(String(1000, collation="C"), "postgresql")


def choice(kind: type[enum.StrEnum], check: str = "") -> SqlEnum:
    """The column type of an enumeration: its value as text, held to its members by a CHECK.

    `check` names that where a table has two columns of one kind.
    """
    return SqlEnum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=check or kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )
