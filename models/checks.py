"""The invariants of the books, one named check each; run at start and after a restore.

A check reads, never repairs. It answers with what it found wrong; nothing found means it holds.
What it finds stops every entry; what is told and stops none stands in `models.concerns`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import evidence, frozen, guards, record, seen
from models.errors import DomainError
from models.goods import chain, lots
from models.goods.chain import START as CHAIN_START
from models.goods.documents import Document, Kind, Line, Status
from models.goods.lots import Lot
from models.goods.places import Donor
from models.office import entrusted, witness
from models.periods import Closing, Period
from models.record import PIN, Act
from models.rights import question
from models.roles import EVERYONE
from models.seen import Seen
from models.text import search_key
from translations import N_

Check = Callable[[Session], Iterator[DomainError]]


@question(*EVERYONE)
def run(
    session: Session, progress: Callable[[int, int], None] = lambda done, of: None
) -> list[DomainError]:
    """Every check in turn; `progress(done, of)` is called between them."""
    found: list[DomainError] = []
    for done, check in enumerate(CHECKS):
        progress(done, len(CHECKS))
        found.extend(check(session))
    progress(len(CHECKS), len(CHECKS))
    return found


@question(*EVERYONE)
def never_below_zero(session: Session) -> Iterator[DomainError]:
    """1. Stock per place and lot is never below zero, at the end of any day of the book."""
    for row in session.execute(evidence.below_zero()):
        yield BelowZero(day=row.day, lot=row.lot_id)


@question(*EVERYONE)
def totals_are_the_ledger(session: Session) -> Iterator[DomainError]:
    """2. The stored total of each place and lot is the sum of its movements."""
    for row in session.execute(evidence.differing_totals()):
        yield TotalDiffers(lot=row.lot_id)


@question(*EVERYONE)
def lots_add_up(session: Session) -> Iterator[DomainError]:
    """3. What came into a lot is on hand, handed out, delivered, written off or counted away."""
    for row in session.execute(evidence.differing_lots()):
        yield LotDiffers(lot=row.lot_id)


@question(*EVERYONE)
def posted_is_guarded(session: Session) -> Iterator[DomainError]:
    """4. The triggers that keep posted rows are there; reversals mirror their originals."""
    if missing := sorted(guards.changed(session) | _open_on_server(session)):
        yield GuardMissing(guard=missing[0])
    for number, year in session.execute(evidence.unmirrored()):
        yield ReversalDiffers(number=f"{number}/{year}")


@question(*EVERYONE)
def numbers_have_no_gaps(session: Session) -> Iterator[DomainError]:
    """5. Numbers run from 1 without a gap per kind, warehouse and year."""
    runs = (
        select(Document.kind, Document.year, func.max(Document.number), func.count(Document.number))
        .where(Document.number.is_not(None))
        .group_by(Document.kind, Document.place_id, Document.year)
    )
    for kind, year, last, count in session.execute(runs):
        if last != count:
            yield NumberMissing(kind=kind, year=str(year))


@question(*EVERYONE)
def lots_are_as_marked(session: Session) -> Iterator[DomainError]:
    """3. A lot's item, batch, expiry, donor, purpose and value are those it was made with."""
    marks = select(Lot.id, Lot.identity, Lot.item_id, Lot.batch, Lot.expiry, Donor.name)
    marks = marks.add_columns(Lot.purpose, Lot.unit_value)
    joined = marks.join(Donor, Donor.id == Lot.donor_id, isouter=True)
    for row in session.execute(joined):
        marks_now = (row.batch, row.expiry, row.name, row.purpose, row.unit_value)
        if lots.identity(row.item_id, *marks_now) != row.identity:
            yield LotChanged(lot=row.id)


@question(*EVERYONE)
def closed_months_stand(session: Session) -> Iterator[DomainError]:
    """6. The chain still holds the head that each closed month was frozen with."""
    known = select(Document.hash).where(Document.hash.is_not(None))
    lost = select(Closing.month).where(
        Closing.chain_head.not_in(known), Closing.chain_head != CHAIN_START
    )
    for month in session.scalars(lost.order_by(Closing.month)):
        yield ChainCut(month=Period.parse(month))


@question(*EVERYONE)
def frozen_reports_are_unchanged(session: Session) -> Iterator[DomainError]:
    """7. What each month was closed with is what the record of acts speaks of."""
    for month in frozen.changed(session):
        yield ReportChanged(month=Period.parse(month))


@question(*EVERYONE)
def frozen_reports_add_up(session: Session) -> Iterator[DomainError]:
    """7. Opening + in - out = closing per item and donor; a month opens as the last one closed.

    The tables of a report agree with each other, unknowns included.
    """
    for month in frozen.differing(session):
        yield ReportDiffers(month=Period.parse(month))


@question(*EVERYONE)
def frozen_stock_is_the_book(session: Session) -> Iterator[DomainError]:
    """7. The newest closed month's goods are what the stock book gives for it today."""
    for month in frozen.off_the_book(session):
        yield ClosedStockDiffers(month=Period.parse(month))


@question(*EVERYONE)
def frozen_counts_are_the_entries(session: Session) -> Iterator[DomainError]:
    """7. Its persons, services and hours are those that its entries give today."""
    for month in frozen.off_the_entries(session):
        yield ClosedCountsDiffer(month=Period.parse(month))


@question(*EVERYONE)
def chain_is_whole(session: Session) -> Iterator[DomainError]:
    """8. Every document follows from the one before: h[n] = SHA-256(version|n|h[n-1]|entry)."""
    before, expected = CHAIN_START, 1
    for number, kept, status, confirmed_by, header, lines in evidence.chain(session):
        entry = chain.canonical(header, confirmed_by, lines)
        right = chain.entry_hash(expected, before, entry)
        if (number, kept, status) != (expected, right, Status.POSTED):
            yield _broken(session, number)
            return
        before, expected = right, expected + 1


@question(*EVERYONE)
def lines_are_as_found(session: Session) -> Iterator[DomainError]:
    """4. What lines are sorted by and documents found by is what the chained document says."""
    other_day = (
        select(Document.number, Document.year, Document.day)
        .join(Line, Line.document_id == Document.id)
        .where(Line.day != Document.day)
    )
    for number, year, day in session.execute(other_day.limit(1)):
        yield ChainBroken(number=f"{number}/{year}", day=day)
    found_by = select(Document.number, Document.year, Document.day, Document.search)
    words = found_by.add_columns(Document.counterpart, Document.reference)
    told = (Document.search != "") | (Document.counterpart != "") | (Document.reference != "")
    posted = Document.status == Status.POSTED
    for number, year, day, search, *texts in session.execute(words.where(told, posted)):
        if search != search_key(" ".join(texts)):
            yield ChainBroken(number=f"{number}/{year}", day=day)
            return


@question(*EVERYONE)
def record_is_whole(
    session: Session, progress: Callable[[int, int], object] = lambda done, of: None
) -> Iterator[DomainError]:
    """8. Every act follows from the one before."""
    if broken := record.first_broken(session, progress):
        yield RecordBroken(number=broken)


@question(*EVERYONE)
def record_and_book_agree(session: Session) -> Iterator[DomainError]:
    """8. The newest document is the one that the newest act about documents names."""
    named = select(Act.id, Act.detail).where(Act.detail.startswith(PIN)).order_by(Act.id.desc())
    newest = session.execute(named.limit(1)).first()
    pin = record.pinned(newest.detail)[0] if newest else None
    number, hash_ = chain.head(session)
    if pin is None or pin.fits(number, hash_):
        return
    if number > pin.number and pin.fits(pin.number, _hash_of_document(session, pin.number)):
        yield RecordCut(number=record.head(session)[0] + 1)
    else:
        yield BookCut(number=_first_lost(session))


@question(*EVERYONE)
def nothing_seen_is_gone(session: Session) -> Iterator[DomainError]:
    """8. Both chains still hold what this computer last saw at their ends."""
    path = session.info.get("seen")
    known = seen.read(path) if path else Seen()
    if known.act and record.hash_of(session, known.act) != known.act_hash:
        reached = record.head(session)[0]
        yield RecordCut(number=min(reached + 1, known.act))
    if known.document and _hash_of_document(session, known.document) != known.document_hash:
        reached = chain.head(session)[0]
        yield BookCut(number=min(reached + 1, known.document))


@question(*EVERYONE)
def write_offs_had_two_people(session: Session) -> Iterator[DomainError]:
    """10. What a user wrote off or counted was confirmed by another, since that was asked for."""
    since = session.scalar(select(record.Act.detail).where(record.Act.code == witness.SINCE))
    alone = select(Document.number, Document.year).where(
        Document.kind.in_((Kind.WRITE_OFF, Kind.COUNT)),
        Document.chain_number > int(since or 0),
        Document.posted_by.is_not(None),
        func.coalesce(Document.confirmed_by, Document.posted_by) == Document.posted_by,
    )
    for number, year in session.execute(alone.order_by(Document.chain_number).limit(20)):
        yield SecondPersonMissing(number=f"{number}/{year}")


@question(*EVERYONE)
def roles_are_as_recorded(session: Session) -> Iterator[DomainError]:
    """10. Every user has the access and the roles that the newest act about them says."""
    for login in entrusted.differing(session):
        yield RolesChanged(login=login)


@question(*EVERYONE)
def file_is_of_one_piece(session: Session) -> Iterator[DomainError]:
    """Every index of the file says what its table says: no page is of another day than the rest.

    A server looks after its own files.
    """
    if session.get_bind().dialect.name == "sqlite":
        found = session.connection().exec_driver_sql("PRAGMA integrity_check(1)").scalar()
        if found != "ok":
            yield FileTorn()


CHECKS: tuple[Check, ...] = (
    never_below_zero,
    totals_are_the_ledger,
    lots_add_up,
    lots_are_as_marked,
    posted_is_guarded,
    numbers_have_no_gaps,
    closed_months_stand,
    frozen_reports_are_unchanged,
    frozen_reports_add_up,
    frozen_stock_is_the_book,
    frozen_counts_are_the_entries,
    lines_are_as_found,
    write_offs_had_two_people,
    roles_are_as_recorded,
    chain_is_whole,
    record_is_whole,
    record_and_book_agree,
    nothing_seen_is_gone,
    file_is_of_one_piece,
)


def _broken(session: Session, place: int) -> ChainBroken:
    """The document in that place of the chain is not the one that was posted there."""
    found_by = select(Document.number, Document.year, Document.day)
    there = found_by.where(Document.chain_number == place).limit(1)
    number, year, day = session.execute(there).one()
    return ChainBroken(number=f"{number}/{year}", day=day)


def _hash_of_document(session: Session, number: int) -> str:
    query = select(Document.hash).where(Document.chain_number == number)
    return session.scalar(query) or ""


def _first_lost(session: Session) -> int:
    """The place in the chain of the first document that is not as an act names it."""
    query = select(Document.chain_number, func.coalesce(Document.hash, ""))
    there: dict[int | None, str] = {}
    there.update((number, hash_) for number, hash_ in session.execute(query))
    reached = chain.head(session)[0]
    named = select(Act.detail).where(Act.detail.startswith(PIN)).order_by(Act.id)
    for detail in session.scalars(named):
        pin = record.pinned(detail)[0]
        if pin and not pin.fits(pin.number, there.get(pin.number, "")):
            return min(pin.number, reached + 1)
    return reached + 1


def _open_on_server(session: Session) -> set[str]:
    """What lets somebody past who may do what there; a file has no such users."""
    if session.get_bind().dialect.name == "sqlite":
        return set()
    from models.server import loopholes  # heavy: books in a file do without

    return loopholes.found(session)


class NotChecked(DomainError):
    message = N_("The books could not be checked: {reason}")


class BelowZero(DomainError):
    message = N_("Lot {lot} was below zero on {day}.")


class TotalDiffers(DomainError):
    message = N_("The stock shown for lot {lot} is not what its documents add up to.")


class LotDiffers(DomainError):
    message = N_("The movements of lot {lot} do not add up.")


class LotChanged(DomainError):
    message = N_("Lot {lot} was changed outside the program.")


class FileTorn(DomainError):
    message = N_("Parts of the database file do not fit together. It was changed from outside.")


class ChainCut(DomainError):
    message = N_("Documents are missing that {month} was closed with.")


class ReportChanged(DomainError):
    message = N_("The report that {month} was closed with was changed outside the program.")


class ReportDiffers(DomainError):
    message = N_("The figures that {month} was closed with do not add up.")


class ClosedStockDiffers(DomainError):
    message = N_("The stock that {month} was closed with is not what its documents add up to.")


class ClosedCountsDiffer(DomainError):
    message = N_(
        "The persons, services or hours that {month} was closed with are not what its entries add"
        " up to."
    )


class GuardMissing(DomainError):
    message = N_("The database has lost its protection of posted documents ({guard}).")


class ReversalDiffers(DomainError):
    message = N_("Reversal {number} does not mirror its original.")


class NumberMissing(DomainError):
    message = N_("A number is missing among the documents “{kind}” of {year}.")


class RolesChanged(DomainError):
    message = N_("What user {login} may do was changed outside the program.")


class SecondPersonMissing(DomainError):
    message = N_("Write-off record {number} was confirmed by nobody, or by who wrote it.")


class ChainBroken(DomainError):
    message = N_("Document {number} of {day}, or one before it, was changed outside the program.")


class RecordBroken(DomainError):
    message = N_("Act {number} of the record was changed or removed outside the program.")


class RecordCut(DomainError):
    message = N_(
        "Act {number} of the record and those after it are missing: the books are older than this"
        " computer last saw them, or were cut outside the program. Restore the newest backup."
    )


class BookCut(DomainError):
    message = N_(
        "Document no. {number} of the book and those after it are missing: the books are older"
        " than this computer last saw them, or were cut outside the program. Restore the newest"
        " backup."
    )
