"""Straight to the driver: for chains that are walked at every start, and for what every act writes.

No objects are made of what is found. Days and moments are texts from a file, not on a server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ClauseElement, Connection, Dialect, Executable
from sqlalchemy.exc import DBAPIError

NO_MILLIONTHS = ".000000"


def rows(connection: Connection, query: Executable, values: Mapping[str, object]) -> Sequence[Any]:
    """What the query finds, untouched.

    Raises DatabaseError as a query does, while the rows are fetched too.
    """
    cursor: Any = connection.execute(query, values).cursor
    with _named(connection):
        found: Sequence[Any] = cursor.fetchall()
    return found


class Prepared:
    """A statement of every entry, spelled once for each engine and then carried out as it is.

    Looked up, bound and wrapped anew each time, it costs several times what the engine takes.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._spelled: dict[str, _Spelled] = {}

    def run(self, connection: Connection, values: Mapping[str, object]) -> Sequence[Any]:
        """What it finds, untouched; nothing where it writes. Raises DatabaseError as any does."""
        dialect = connection.dialect
        spelled = self._spelled.get(dialect.name)
        if spelled is None:
            spelled = self._spelled[dialect.name] = _spell(self._statement, dialect)
        cursor = connection.connection.cursor()
        with _named(connection):
            cursor.execute(spelled.text, spelled.bound(values))
            return cursor.fetchall() if cursor.description else ()


def spelled(moment: Any) -> str:
    """A moment of such a row as str() spells it: a file keeps the millionths that are none too."""
    return str(moment).removesuffix(NO_MILLIONTHS)


@dataclass(frozen=True)
class _Spelled:
    """A statement in the words of an engine: the order of its values, if they have no names there,
    those that it brings along, and how some are written.
    """

    text: str
    order: Sequence[str] | None
    own: Mapping[str, object]
    written: Mapping[str, Callable[[Any], object]]

    def bound(self, values: Mapping[str, object]) -> Any:
        given = {**self.own, **values}
        for name, write in self.written.items():
            given[name] = write(given[name])
        return given if self.order is None else tuple(given[name] for name in self.order)


def _spell(statement: ClauseElement, dialect: Dialect) -> _Spelled:
    compiled: Any = statement.compile(dialect=dialect)
    writers = {
        name: bound.type.dialect_impl(dialect).bind_processor(dialect)
        for name, bound in compiled.binds.items()
    }
    written = {name: write for name, write in writers.items() if write}
    return _Spelled(str(compiled), compiled.positiontup, compiled.params, written)


@contextmanager
def _named(connection: Connection) -> Iterator[None]:
    """The driver's errors under the names that they have everywhere else."""
    errors: Any = connection.dialect.loaded_dbapi.Error
    try:
        yield
    except errors as problem:
        raise DBAPIError.instance(
            None, None, problem, errors, dialect=connection.dialect
        ) from problem
