"""The terminal: sentences are said there, names and passwords asked for."""

from __future__ import annotations

import getpass
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from models.errors import DomainError
from translations import LANGUAGES, N_, _


def say(sentence: str) -> None:
    _write(sentence, sys.stdout)


def complain(sentence: str) -> None:
    _write(sentence, sys.stderr)


def progress(done: int, of: int) -> None:
    """How much is done, where somebody looks."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{100 * done // of} %" + ("\n" if done == of else "\r"))
        sys.stderr.flush()


def user_name() -> str:
    """Raises NobodyToAsk."""
    return _ask(input, _("User name: "))


def password(file: str | None) -> str:
    """Asked for, or what the file holds. Raises NobodyToAsk, NoPassword."""
    if file is None:
        return _ask(getpass.getpass, _("Password: "))
    try:
        return Path(file).read_text(encoding="utf-8-sig").removesuffix("\n")
    except (OSError, UnicodeDecodeError):
        raise NoPassword(file=file) from None


def new_password(file: str | None) -> str:
    """Asked for twice, or what the file holds. Raises like password, and Differs."""
    if file is not None:
        return password(file)
    first = _ask(getpass.getpass, _("New password: "))
    if _ask(getpass.getpass, _("The same password again: ")) != first:
        raise Differs
    return first


def paper_key() -> str:
    """Asked for; it is never written on the command line. Raises NobodyToAsk."""
    return _ask(getpass.getpass, _("Paper key: "))


def language() -> str:
    """The language of the computer where we speak it, else English."""
    wanted = (os.environ.get("LC_ALL") or os.environ.get("LANG") or "").replace(".", "_")
    if wanted.startswith("sr"):
        return "sr_Latn" if "latin" in wanted.lower() else "sr_Cyrl"
    return wanted[:2] if wanted[:2] in LANGUAGES else "en"


def has_screen() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _ask(how: Callable[[str], str], question: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)  # the password would be seen
        try:
            return how(question)
        except (EOFError, getpass.GetPassWarning):
            raise NobodyToAsk from None


def _write(sentence: str, stream: TextIO) -> None:
    """Letters that the terminal does not know become question marks."""
    known = stream.encoding or "utf-8"
    stream.write(sentence.encode(known, "replace").decode(known) + "\n")
    stream.flush()


class NoPassword(DomainError):
    message = N_("{file} does not give the password: it must be a UTF-8 text file with only that.")


class NobodyToAsk(DomainError):
    message = N_("There is no terminal to ask at. Add --user NAME and --password-file FILE.")


class Differs(DomainError):
    message = N_("The two passwords differ. Type the same one twice.")
