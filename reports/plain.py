"""Frozen records as plain JSON and back, by the types they declare.

A record is an object, a tuple a list, an enumeration its value, a day an ISO date, a moment an
ISO date and time (UTC), money whole fenings. A field marked `carried: False` stays behind; one
marked `later` may be missing from what was written before it was there.
"""

from __future__ import annotations

import enum
import json
import types
import typing
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from translations import Money

LARGEST = 10**18
DECIMALS = 9


class NotFitting(ValueError):
    """What was read does not have the shape that was asked for."""


def written(record: Any, **beside: Any) -> bytes:
    """A record as JSON text, after the entries `beside` it."""
    whole = beside | plain(record)
    return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"


def read(text: bytes) -> Any:
    """JSON as it was written, numbers with a point exact. Raises NotFitting."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as problem:
        raise NotFitting("not JSON") from problem


def plain(value: Any) -> Any:
    """A record, or a part of one, as JSON knows it."""
    if is_dataclass(value) and not isinstance(value, Money):
        kind: Any = type(value)
        return {name: plain(getattr(value, name)) for name in _carried(kind)}
    if isinstance(value, Money):
        return value.fenings
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, enum.Enum) else value


def made(kind: Any, found: Any) -> Any:
    """The value of type `kind` that was written as `found`. Raises NotFitting."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if is_dataclass(origin or kind) and kind is not Money:
        return _record(kind, found)
    if origin in (typing.Union, types.UnionType):
        return None if found is None else made(next(k for k in inner if k is not _NONE), found)
    if origin is tuple:
        return tuple(made(inner[0], each) for each in _fitting(found, list))
    if origin is dict:
        pairs = _fitting(found, dict).items()
        return {made(inner[0], key): made(inner[1], each) for key, each in pairs}
    return _simple(kind, found)


_NONE = type(None)


def _record(kind: Any, found: Any) -> Any:
    declared = _carried(typing.get_origin(kind) or kind)
    bound = dict(zip(_parameters(kind), typing.get_args(kind), strict=True))
    whole = _fitting(found, dict)
    if not _needed(kind) <= set(whole) <= set(declared):
        raise NotFitting(f"not a {kind}")
    parts = {
        name: made(bound.get(own, own), whole[name])
        for name, own in declared.items()
        if name in whole
    }
    return kind(**parts)


def _simple(kind: Any, found: Any) -> Any:
    """Numbers, texts, days and codes; nothing is guessed or converted silently."""
    if kind is Decimal:
        return _number(Decimal(_fitting(found, (int, Decimal))))
    if kind is Money:
        return Money(_number(_fitting(found, int)))
    if kind is int:
        return _number(_fitting(found, int))
    if kind is bool:
        return _fitting(found, bool)
    try:
        if kind is str:
            return _fitting(found, str).encode().decode()  # half a letter cannot be written again
        if kind in (date, datetime):
            return kind.fromisoformat(_fitting(found, str))
        return kind(_fitting(found, str))
    except ValueError as problem:
        raise NotFitting(f"{found!r} is not a {kind.__name__}") from problem


def _fitting(found: Any, kind: Any) -> Any:
    is_wrong_bool = isinstance(found, bool) and kind is not bool
    if is_wrong_bool or not isinstance(found, kind):
        raise NotFitting(f"{type(found).__name__} where {kind} was expected")
    return found


def _number(found: Any) -> Any:
    """A number that fits on paper: an exponent could make a few signs fill the memory."""
    if not -LARGEST < found < LARGEST or round(found, DECIMALS) != found:
        raise NotFitting("no such number")
    return found


def _no_number(text: str) -> Any:
    raise NotFitting(f"{text} is no number")


@cache
def _carried(kind: type[Any]) -> dict[str, Any]:
    """The fields that are written, with their types."""
    hints = typing.get_type_hints(kind)
    return {f.name: hints[f.name] for f in fields(kind) if f.metadata.get("carried", True)}


def _needed(kind: Any) -> set[str]:
    """The fields that must be there: one marked `later` was added after reports had been sent."""
    own = typing.get_origin(kind) or kind
    later = {f.name for f in fields(own) if f.metadata.get("later")}
    return set(_carried(own)) - later


def _parameters(kind: Any) -> tuple[Any, ...]:
    return getattr(typing.get_origin(kind), "__parameters__", ())
