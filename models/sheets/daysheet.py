"""Day sheets: one CSV or XLSX file whose rows are encounters, taken in whole or not at all.

`check` reads every cell and tries every entry against stock and months without writing anything;
`take_in` does the same again and writes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from models.desk import bulk
from models.errors import DomainError
from models.goods.places import Place
from models.rights import question, verb
from models.roles import AID
from models.sheets import imports, sheetcells, sheetheads, sheettotals, sheetwords
from models.sheets.imports import ImportedFile
from models.sheets.sheetcells import CellProblem
from models.sheets.sheetfile import Sheet, read
from models.sheets.sheetheads import Headings
from models.sheets.sheetnames import Names
from models.sheets.sheetplan import Plan
from models.sheets.sheetrows import Entry, Reading
from models.sheets.sheettotals import Totals
from models.sheets.sheetwords import Column
from translations import N_, Language, current

__all__ = ["CellProblem", "Column", "ImportedFile", "Sheet", "Totals", "read"]

Progress = Callable[[int, int], None]
EVERY = 100  # rows between two words of progress
MOST_PROBLEMS = 1000  # of one file: it is read no further


@dataclass(frozen=True)
class Preview:
    """A sheet as it was understood. It can be taken in when it has no `problems`.

    `rows` are those whose cells are all understood; `filled` counts all that say anything;
    `already` is the day on which a sheet with the same rows was taken in.
    """

    sheet: Sheet
    headings: Headings
    filled: int
    rows: tuple[Entry, ...]
    problems: tuple[CellProblem, ...]
    digest: str
    already: date | None
    totals: Totals

    @property
    def is_cut(self) -> bool:
        """Whether there may be more problems than are told."""
        return len(self.problems) >= MOST_PROBLEMS

    @property
    def is_ready(self) -> bool:
        return not self.problems and self.already is None


def _silence(_done: int, _total: int) -> None:
    """Nobody wants to know how far it is."""


@question(*AID)
def check(
    session: Session, sheet: Sheet, store: Place | None = None, progress: Progress = _silence
) -> Preview:
    """Understand every cell, try every row, and collect what cannot be. Nothing is written.

    Goods are to leave from `store`, or from each row's own place. Raises NoHeadings, NoRows.
    """
    return _checked(session, sheet, store, progress)[0]


@verb(N_("Took in a day sheet"), *AID)
def take_in(
    session: Session, preview: Preview, store: Place | None = None, progress: Progress = _silence
) -> ImportedFile:
    """Write every row as an encounter; the caller's transaction makes it all or nothing.

    The books may have changed since the preview, so all is checked again. Raises HasProblems,
    AlreadyImported, ChangedMeanwhile, and RowRefused with the rule that a row would break.
    """
    require_ready(preview)
    fresh, planned = _checked(session, preview.sheet, store, progress)
    if fresh.problems:
        raise RowRefused(fresh.problems[0].row, fresh.problems[0].cause)
    require_ready(fresh)
    if fresh.rows != preview.rows:
        raise ChangedMeanwhile
    file = imports.known(session, fresh.digest) or _new_file(session, fresh, len(planned))
    for encounter in planned:
        encounter.import_id = file.id
    bulk.write(session, planned)
    return file


def _new_file(session: Session, preview: Preview, rows: int) -> ImportedFile:
    by = session.info.get("user")
    file = ImportedFile(digest=preview.digest, imported_by=by, rows=rows)
    session.add(file)
    session.flush()
    return file


def require_ready(preview: Preview) -> None:
    """Raises HasProblems, TooManyProblems or AlreadyImported for what cannot be taken in."""
    if preview.is_cut:
        raise TooManyProblems(most=MOST_PROBLEMS)
    if preview.problems:
        raise HasProblems(count=len(preview.problems))
    if preview.already:
        raise AlreadyImported(day=preview.already)


def template(code: str) -> bytes:
    """An empty day sheet with the headings of the language `code`: CSV as Excel opens it here."""
    text = io.StringIO()
    columns = [column for column in Column if column is not Column.NUMBER]
    heads = [sheetwords.written(Column, column, code) for column in columns]
    csv.writer(text, delimiter=";").writerow(heads)
    return text.getvalue().encode("utf-8-sig")


def _checked(
    session: Session, sheet: Sheet, store: Place | None, progress: Progress
) -> tuple[Preview, list[bulk.Entry]]:
    head = sheetheads.headings(sheet)
    names, entries, problems = Names(session), [], [*head.problems]
    filled = list(_filled(sheet, head))
    if not filled:
        raise NoRows
    for reading in _readings(sheet, filled, head, names, progress):
        if entry := reading.entry():
            entries.append(entry)
        problems += reading.problems
        if len(problems) >= MOST_PROBLEMS:
            break
    digest = _digest(entries)
    already = None if problems else imports.taken_in_on(session, digest)
    planned, refused = ([], []) if already else _planned(session, entries, head, store)
    told = sorted([*problems, *refused], key=_as_in_the_file)[:MOST_PROBLEMS]
    preview = Preview(
        sheet=sheet,
        headings=head,
        filled=len(filled),
        rows=tuple(entries),
        problems=tuple(told),
        digest=digest,
        already=already,
        totals=sheettotals.of(entries, names),
    )
    return preview, planned


def _planned(
    session: Session, entries: Sequence[Entry], head: Headings, store: Place | None
) -> tuple[list[bulk.Entry], list[CellProblem]]:
    """The encounters to be written, in the order of their days, and the rows refused."""
    plan, planned, refused = Plan(session, store), [], []
    for entry in _by_day(entries):
        try:
            planned.append(plan.encounter(entry))
        except DomainError as cause:
            refused.append(_refused(head, entry, cause))
            if len(refused) == MOST_PROBLEMS:
                break
    return planned, refused


def _filled(sheet: Sheet, head: Headings) -> Iterator[int]:
    """Indexes of the rows below the headings that say anything in a column that is read."""
    read_columns = [place for column, place in head.positions.items() if column != Column.NUMBER]
    for index in range(head.index + 1, len(sheet.rows)):
        cells = sheet.rows[index]
        if not all(sheetcells.is_empty(cells[at]) for at in read_columns if at < len(cells)):
            yield index


def _readings(
    sheet: Sheet, rows: Sequence[int], head: Headings, names: Names, progress: Progress
) -> Iterator[Reading]:
    for done, index in enumerate(rows):
        _tell(progress, done, len(rows))
        yield Reading(sheet.numbers[index], sheet.rows[index], head, names)


def _by_day(entries: Sequence[Entry]) -> list[Entry]:
    """In the order of the days, so that the numbers of the hand-outs follow them."""
    return sorted(entries, key=lambda entry: (entry.day, entry.row))


def _as_in_the_file(problem: CellProblem) -> tuple[int, int]:
    return problem.row, -1 if problem.position is None else problem.position


def _refused(head: Headings, entry: Entry, cause: DomainError) -> CellProblem:
    return CellProblem(entry.row, Column.QUANTITY, head.positions.get(Column.QUANTITY), cause)


def _digest(entries: Sequence[Entry]) -> str:
    """The same for the same entries, in whatever order, language or kind of file they came."""
    told = sorted(json.dumps(_told(entry), default=str) for entry in entries)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _told(entry: Entry) -> tuple[object, ...]:
    """Without a helper as it was told before there was such a column: those sheets stay known."""
    *told, helper = astuple(replace(entry, row=0))
    return (*told, helper) if helper else tuple(told)


def _tell(progress: Progress, done: int, total: int) -> None:
    if done % EVERY == 0:
        progress(done, total)


class NoRows(DomainError):
    message = N_("There are no entries below the headings.")


class HasProblems(DomainError):
    message = N_("The day sheet has faulty cells: {count}. Nothing was imported.")


class TooManyProblems(DomainError):
    message = N_(
        "{most} cells or more are faulty, so the file was read no further. Nothing was imported."
    )


class AlreadyImported(DomainError):
    message = N_(
        "A day sheet with the same entries was imported on {day}. "
        "If these are others, tell them apart by a remark."
    )


class ChangedMeanwhile(DomainError):
    message = N_("The books have changed since the file was checked. Check it again.")


class RowRefused(DomainError):
    """A rule that one row would break: the sentence of the rule, after the row's number."""

    message = N_("Row {row}, so nothing was imported: {reason}")

    def __init__(self, row: int, cause: DomainError) -> None:
        super().__init__(row=row, reason=cause)

    def text(self, language: Language | None = None) -> str:
        spoken, reason = language or current(), self.details["reason"]
        shown = spoken.show(self.details["row"])
        return spoken.gettext(self.message).format(row=shown, reason=reason.text(spoken))
