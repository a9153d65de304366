"""The command line: what may be written on it, and the refusal of everything else."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Any, NoReturn

from models.errors import DomainError
from translations import LANGUAGES, N_, _

Command = Callable[[argparse.Namespace], int]

REPORTS = ("monthly",)
LEVELS = ("canton", "entity", "society")
A_PERIOD = "2026-10-01..2026-10-15"


def parse(
    written: Sequence[str], window: Command, commands: Mapping[str, Command]
) -> argparse.Namespace:
    """What is to be done (`.command`, without a name the window) and with what.

    Raises UnknownCommand, Incomplete, BadDay, BadNumber, NotOneOf.
    """
    parser = _Parser(prog="start.py", description=_("Without a command the window opens."))
    parser.set_defaults(command=window)
    _add_common(parser, default=None)
    verbs = parser.add_subparsers(
        parser_class=_Parser, title=_("Commands"), metavar=_("COMMAND"), prog="start.py"
    )
    for name, command in commands.items():
        said, add_arguments = _COMMANDS[name]
        verb = verbs.add_parser(name, help=_(said), description=_(said))
        verb.set_defaults(command=command)
        add_arguments(verb)
        _add_common(verb, default=argparse.SUPPRESS)  # so that it may stand before the name too
    try:
        return parser.parse_args(written)
    except _Misunderstood as problem:
        raise _refusal(str(problem), written) from None


def language(written: Sequence[str]) -> str | None:
    """The language asked for, wherever it stands; known before anything can be refused in it."""
    parser = _Parser(add_help=False)
    parser.add_argument("--language")
    with suppress(_Misunderstood):
        asked = parser.parse_known_args(written)[0].language
        return asked if asked in LANGUAGES else None
    return None


def _add_common(parser: argparse.ArgumentParser, default: str | None) -> None:
    add = partial(parser.add_argument, default=default)
    add("--data", metavar="DIR", help=_("the folder of the books, if not the usual one"))
    add("--database-url", metavar="URL", help=_("the address of books on a server"))
    add("--user", metavar="NAME", help=_("the user who signs in, if there are several"))
    add(
        "--password-file",
        metavar="FILE",
        help=_("a file with the password; without it, the password is asked for"),
    )
    add("--language", type=_one_of(LANGUAGES), metavar="CODE", help=", ".join(LANGUAGES))


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        metavar="DIR",
        nargs="?",
        default="demo",
        help=_("its folder; without a name: {usual}").format(usual="demo"),
    )


def _sample(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("folder", metavar="DIR", help=_("a new folder for them"))
    add(
        "--months",
        type=_whole(0, 240),
        default=12,
        metavar="N",
        help=_("how many months; without a number: {usual}").format(usual=12),
    )
    add(
        "--per-month",
        type=_whole(1, 1_000_000),
        default=250,
        metavar="N",
        help=_("hand-outs in a month; without a number: {usual}").format(usual=250),
    )
    add(
        "--seed",
        type=_whole(0, 2**31 - 1),
        default=1,
        metavar="N",
        help=_("the same number gives the same data again"),
    )


def _report(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("kind", type=_one_of(REPORTS), metavar="KIND", help=", ".join(REPORTS))
    add(
        "--period",
        required=True,
        metavar="2026-10",
        help=_("a month, or days from and to: {example}").format(example=A_PERIOD),
    )
    add("--public", action="store_true", help=_("the public copy: small numbers are hidden"))
    _add_out(add)


def _consolidate(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("files", nargs="+", metavar="FILE", help=_("reports that branches sent, or their folder"))
    add(
        "--period",
        metavar="2026-10",
        help=_("the days to add up; without it, those that most reports are about"),
    )
    add(
        "--level",
        type=_one_of(LEVELS),
        metavar="LEVEL",
        help=_("who adds up: {levels}").format(levels=", ".join(LEVELS)),
    )
    add("--due", type=_day, metavar="2026-11-10", help=_("reports made after this day are late"))
    _add_out(add)


def _add_out(add: Callable[..., object]) -> None:
    add(
        "--out",
        required=True,
        metavar="FILE",
        help=_("the file to be written: {endings}").format(endings=".pdf, .xlsx, .json"),
    )


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=_("the day sheet, CSV or XLSX"))
    parser.add_argument(
        "--dry-run", action="store_true", help=_("only look whether it could be taken in")
    )


def _backup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=_("the file to be written"))


def _travel(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="DIR", help=_("where the folder of the copy is made"))
    parser.add_argument(
        "--copy-password-file", metavar="FILE", help=_("a file with the password of the copy")
    )


def _close(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "target", metavar="DIR", help=_("a folder on another drive, for the last backup")
    )


def _restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=_("the backup"))
    parser.add_argument("folder", metavar="DIR", help=_("the folder of the books"))
    parser.add_argument(
        "--paper-key", action="store_true", help=_("by a paper key, which is asked for")
    )


_COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "demo": (
        N_("Make a practice branch and its last report in five languages, then open its window."),
        _demo,
    ),
    "sample": (N_("Make invented data, as much as is asked for."), _sample),
    "report": (N_("Write a report into a file, whose ending says in which form."), _report),
    "consolidate": (
        N_("Add up the reports that branches sent, and say which are missing."),
        _consolidate,
    ),
    "import": (N_("Take a day sheet into the books, whole or not at all."), _import),
    "check": (N_("Check every page of the file and every rule of the books."), lambda parser: None),
    "backup": (N_("Make a verified backup under this name."), _backup),
    "travel": (N_("Make a copy without people, for a laptop that leaves the house."), _travel),
    "close": (
        N_("Make a last backup on another drive and check it there; then wipe the books here."),
        _close,
    ),
    "restore": (N_("Restore the books from a backup; what was there is kept."), _restore),
}


def _whole(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number within bounds. Raises BadNumber."""

    def read(written: str) -> int:
        is_number = written.isascii() and written.isdigit() and len(written) < 20
        if not is_number or not least <= int(written) <= most:
            raise BadNumber(written=written, least=least, most=most)
        return int(written)

    return read


def _day(written: str) -> date:
    """Reads a day. Raises BadDay."""
    try:
        return date.fromisoformat(written)
    except ValueError as problem:
        raise BadDay(written=written) from problem


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


class _Help(argparse.HelpFormatter):
    """Begins in the language of the rest."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, prefix or _("Usage: "))


class _Parser(argparse.ArgumentParser):
    """Explains itself in the language of the screen, and leaves it to the caller how to refuse."""

    def __init__(self, *, add_help: bool = True, **told: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, formatter_class=_Help, **told)
        self._positionals.title, self._optionals.title = _("Arguments"), _("Options")
        if add_help:
            self.add_argument("-h", "--help", action="help", help=_("show this explanation"))

    def error(self, message: str) -> NoReturn:
        raise _Misunderstood(message)


class NoFile(DomainError):
    message = N_("There is no file {file}.")


class NoFolder(DomainError):
    message = N_("There is no folder {folder}. Make it first, or choose another.")


class UnknownCommand(DomainError):
    message = N_("That command is not understood ({words}). See: start.py --help")


class Incomplete(DomainError):
    message = N_("Something is missing from the command ({words}). See: start.py --help")


class NotOneOf(DomainError):
    message = N_("“{written}” does not fit here. Write one of these: {choices}.")


class BadDay(DomainError):
    message = N_("“{written}” is not a date. Write it like this: 2026-11-10.")


class BadNumber(DomainError):
    message = N_("“{written}” does not fit here. Write a whole number from {least} to {most}.")
