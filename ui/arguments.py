"""The command line: what may be written on it, and the refusal of everything else."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import NoReturn

from models.errors import DomainError
from translations import LANGUAGES, N_

Command = Callable[[argparse.Namespace], int]


def parse(
    written: Sequence[str], window: Command, commands: Mapping[str, Command]
) -> argparse.Namespace:
    """What is to be done (`.command`, without a name the window) and with what.

    Raises UnknownCommand, Incomplete, BadNumber, NotOneOf.
    """
    parser = _Parser(prog="main.py", description="Ogranak", allow_abbrev=False)
    parser.set_defaults(command=window)
    _add_common(parser, default=None)
    verbs = parser.add_subparsers(parser_class=_Parser)
    for name, command in commands.items():
        verb = verbs.add_parser(name, help=command.__doc__, allow_abbrev=False)
        verb.set_defaults(command=command)
        _add_common(verb, default=argparse.SUPPRESS)  # so that it may stand before the name too
        _ARGUMENTS[name](verb)
    try:
        return parser.parse_args(written)
    except _Misunderstood as problem:
        raise _refusal(str(problem), written) from None


def language(written: Sequence[str]) -> str | None:
    """The language asked for, wherever it stands; known before anything can be refused in it."""
    parser = _Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("--language")
    with suppress(_Misunderstood):
        asked = parser.parse_known_args(written)[0].language
        return asked if asked in LANGUAGES else None
    return None


def _add_common(parser: argparse.ArgumentParser, default: str | None) -> None:
    parser.add_argument("--data", metavar="DIR", default=default)
    parser.add_argument("--database-url", metavar="URL", default=default)
    parser.add_argument("--user", metavar="NAME", default=default)
    parser.add_argument("--password-file", metavar="FILE", default=default)
    parser.add_argument("--language", type=_one_of(LANGUAGES), metavar="CODE", default=default)


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", nargs="?", default="demo")


def _sample(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument("--months", type=_whole(0, 240), default=12, metavar="N")
    parser.add_argument("--per-month", type=_whole(1, 1_000_000), default=250, metavar="N")
    parser.add_argument("--seed", type=_whole(0, 2**31 - 1), default=1, metavar="S")


def _report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", type=_one_of(("monthly",)), metavar="KIND")
    parser.add_argument("--period", required=True, metavar="2026-10")
    parser.add_argument("--public", action="store_true")
    parser.add_argument("--out", required=True, metavar="FILE")


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--dry-run", action="store_true")


def _backup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")


def _travel(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument("--copy-password-file", metavar="FILE")


def _close(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR")


def _restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument("--paper-key", action="store_true", help="ask for a paper key")


_ARGUMENTS: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "demo": _demo,
    "sample": _sample,
    "report": _report,
    "import": _import,
    "check": lambda parser: None,
    "backup": _backup,
    "travel": _travel,
    "close": _close,
    "restore": _restore,
}


def _whole(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number within bounds. Raises BadNumber."""

    def read(written: str) -> int:
        is_number = written.isascii() and written.isdigit() and len(written) < 20
        if not is_number or not least <= int(written) <= most:
            raise BadNumber(written=written, least=least, most=most)
        return int(written)

    return read


def _one_of(choices: Collection[str]) -> Callable[[str], str]:
    """Reads one of a few words. Raises NotOneOf."""

    def read(written: str) -> str:
        if written not in choices:
            raise NotOneOf(written=written, choices=", ".join(choices))
        return written

    return read


def _refusal(message: str, written: Sequence[str]) -> DomainError:
    """What the library says in English, as a sentence of ours."""
    _start, is_missing, names = message.partition("arguments are required: ")
    return Incomplete(words=names) if is_missing else UnknownCommand(words=" ".join(written))


class _Misunderstood(Exception):
    """The command line cannot be understood, in the library's words."""


class _Parser(argparse.ArgumentParser):
    """Leaves it to the caller how a refusal is said."""

    def error(self, message: str) -> NoReturn:
        raise _Misunderstood(message)


class UnknownCommand(DomainError):
    message = N_("That command is not understood ({words}). See: main.py --help")


class Incomplete(DomainError):
    message = N_("Something is missing from the command ({words}). See: main.py --help")


class NotOneOf(DomainError):
    message = N_("“{written}” does not fit here. Write one of these: {choices}.")


class BadNumber(DomainError):
    message = N_("“{written}” does not fit here. Write a whole number from {least} to {most}.")
