"""The files that branches send: the reports that each of them carries, or why it carries none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import DomainError
from reports import archive, monthly, plain
from reports.consolidated import carried
from reports.consolidated.figures import Reason, SetAside
from reports.monthly.figures import Monthly
from translations import N_

ENDINGS = (".pdf", ".json")
LARGEST = 64 * 1024 * 1024  # bytes of a file: a report of each branch of the country has some ten
MOST = 2000  # files: more than a year of all branches


@dataclass(frozen=True)
class Received:
    """A report, and the name of the file it came in."""

    file: str
    report: Monthly


def files(chosen: Iterable[Path]) -> list[Path]:
    """The files chosen and, of each folder, all reports that lie in it, in the order of names.

    Raises NoReports, TooMany, OSError.
    """
    found: list[Path] = []
    for path in chosen:
        found += sorted(_inside(path)) if path.is_dir() else [path]
    if not found:
        raise NoReports
    if len(found) > MOST:
        raise TooMany(most=MOST)
    return found


def read(
    chosen: Iterable[Path], progress: Callable[[int, int], object] = lambda done, of: None
) -> tuple[list[Received], list[SetAside]]:
    """What the files carry, and those that carry no report that can be added up. Raises OSError."""
    paths = list(chosen)
    found: list[Received] = []
    aside: list[SetAside] = []
    for done, path in enumerate(paths):
        progress(done, len(paths))
        try:
            found += [Received(path.name, report) for report in carried_in(_content(path))]
        except DomainError as problem:
            aside.append(SetAside(path.name, _reason(problem)))
    return found, aside


def carried_in(content: bytes) -> list[Monthly]:
    """The monthly report that a PDF or its JSON carries; of a consolidated one, all in it.

    Raises BadReport, NewerReport, PublicCopy, and NotAPdf, NoData, DamagedData for a PDF.
    """
    data = archive.data_of(content) if content.startswith(b"%PDF") else _json(content)
    return carried.reports(data) if carried.is_consolidated(data) else [monthly.from_plain(data)]


def _inside(folder: Path) -> Iterator[Path]:
    found = (path for path in folder.iterdir() if path.suffix.lower() in ENDINGS)
    return (path for path in found if not path.is_dir())


def _content(path: Path) -> bytes:
    """Raises BadReport for what is too large to be a report."""
    with path.open("rb") as opened:
        content = opened.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise monthly.BadReport
    return content


def _json(content: bytes) -> Any:
    try:
        return plain.read(content)
    except plain.NotFitting as problem:
        raise monthly.BadReport from problem


def _reason(problem: DomainError) -> Reason:
    if isinstance(problem, monthly.PublicCopy):
        return Reason.PUBLIC
    return Reason.NEWER if isinstance(problem, monthly.NewerReport) else Reason.UNREADABLE


class NoReports(DomainError):
    message = N_("There is no report here. Choose PDF or JSON files that branches sent.")


class TooMany(DomainError):
    message = N_("More than {most} files were chosen. Choose those of one period.")
