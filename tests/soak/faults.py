"""Builds the library of faults, starts children under it, and reads the log it keeps."""

from __future__ import annotations

import ctypes
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = Path(__file__).with_name("faults.c")
HEAD = struct.Struct("<cHHqq")

KINDS = {"write": "w", "sync": "s", "open": "o", "rename": "r", "unlink": "u"}


@dataclass(frozen=True)
class Event:
    """What was done to a file: c created, w written, t cut to `offset`, s synced, r renamed,
    u removed, m folder made, d folder removed."""

    kind: str
    path: str
    other: str
    offset: int
    content: bytes


def reason_to_skip() -> str:
    """Why there can be no such test here; empty where there can."""
    if sys.platform != "linux":
        return "the library of faults is for Linux"
    return "" if compiler() else "no C compiler (cc) was found: disk faults were not tried"


def compiler() -> str | None:
    return shutil.which("cc") or shutil.which("gcc")


def build(folder: Path) -> Path:
    """Compile the library into `folder`."""
    library = folder / "faults.so"
    words = [compiler() or "cc", "-O1", "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(words, check=True)
    return library


def environment(library: Path, under: Path, log: Path | None = None) -> dict[str, str]:
    """The environment of a child whose work below `under` is watched."""
    tests = ROOT / "tests"
    watched = {"LD_PRELOAD": str(library), "FAULTS_UNDER": str(under)}
    found = os.environ | watched | {"PYTHONPATH": f"{tests}{os.pathsep}{ROOT}"}
    return found | ({"FAULTS_LOG": str(log)} if log else {})


def arm(kind: str, at: int, error: int, *, always: bool) -> None:
    """In a child: let the `at`-th call of a kind fail, once or from then on. 0 only counts."""
    _library().faults_arm(ord(KINDS[kind]), at or 2**60, error, int(always))


def disarm() -> int:
    """In a child: let nothing fail any more; how many calls of the kind there were."""
    calls = int(_library().faults_calls())
    _library().faults_arm(0, 2**60, 0, 0)
    return calls


def read(log: Path) -> Iterator[Event]:
    raw, at = log.read_bytes(), 0
    while at < len(raw):
        kind, path, other, offset, length = HEAD.unpack_from(raw, at)
        at += HEAD.size
        first, second = raw[at : at + path], raw[at + path : at + path + other]
        at += path + other
        size = length if kind == b"w" else 0
        content = raw[at : at + size]
        at += size
        yield Event(kind.decode(), os.fsdecode(first), os.fsdecode(second), offset, content)


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(None)
    library.faults_arm.argtypes = [ctypes.c_int, ctypes.c_long, ctypes.c_int, ctypes.c_int]
    library.faults_calls.restype = ctypes.c_long
    return library
