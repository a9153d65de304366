"""Rows as the driver gives them, for chains that are walked at every start: no objects are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.exc import DBAPIError

NO_MILLIONTHS = ".000000"


def rows(connection: Connection, query: Executable, values: Mapping[str, object]) -> Sequence[Any]:
    """What the query finds, untouched. Days and moments are texts from a file, not on a server.

    Raises DatabaseError as a query does, while the rows are fetched too.
    """
    cursor: Any = connection.execute(query, values).cursor
    errors: Any = connection.dialect.loaded_dbapi.Error
    try:
        found: Sequence[Any] = cursor.fetchall()
    except errors as problem:
        raise DBAPIError.instance(
            None, None, problem, errors, dialect=connection.dialect
        ) from problem
    return found


def spelled(moment: Any) -> str:
    """A moment of such a row as str() spells it: a file keeps the millionths that are none too."""
    return str(moment).removesuffix(NO_MILLIONTHS)
