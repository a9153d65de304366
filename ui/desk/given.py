"""Words for what happened: to whom, what was given, and who the person of a card is."""

from __future__ import annotations

from collections.abc import Sequence

from models.desk.aid import Count, Given
from models.desk.cards import Person
from models.desk.encounters import EncounterRow, LotGiven, Portion
from models.desk.visits import Who
from models.units import Unit, amount
from translations import _, current, ngettext
from ui.pieces.rows import Badge

WEIGHED = (Unit.KG, Unit.LITRE)


def whom(row: EncounterRow) -> str:
    """The code of the card, or how many were counted; a dash where no one was."""
    if row.code or not row.persons:
        return row.code or current().show(None)
    count = abs(row.persons)
    said = ngettext("group of {count} person", "group of {count} persons", count)
    return said.format(count=current().show(count))


def summary(row: EncounterRow) -> str:
    """Goods and services in one line: "Lunch pack, 2 × Water, First aid"."""
    goods = [portion(given) for given in row.goods]
    services = [times(current().show(kind), often) for kind, often in row.services]
    return ", ".join([*goods, *services]) or current().show(None)


def portion(given: Portion) -> str:
    """One piece by its name alone; more as "2 × Water" or "2.5 kg Rice"."""
    if given.unit in WEIGHED:
        return f"{current().show(amount(given.quantity, given.unit))} {given.name}"
    return times(given.name, given.quantity)


def times(name: str, count: object) -> str:
    """ "Blanket", or "3 × Blanket"."""
    return name if count == 1 else f"{current().show(count)} × {name}"


def state(row: EncounterRow) -> Badge | None:
    """The one thing to notice of an entry; mostly nothing."""
    if row.is_taken_back:
        return Badge(_("taken back"), "warn")
    if row.is_reversal:
        return Badge(_("takes back"), "plain")
    return Badge(_("estimated"), "plain") if row.is_estimated else None


def lot(given: LotGiven) -> str:
    """How much of it, and from which lot: "2 × Water (WA-1 · 15. 3. 2028.)"."""
    marks = [given.batch, current().day(given.expiry) if given.expiry else "", given.donor]
    known = " · ".join(mark for mark in marks if mark)
    return f"{portion(given.goods)} ({known})" if known else portion(given.goods)


def service(given: Given, whole: int) -> str:
    """A service with its reason or addressee; how many got it, if not the `whole` group."""
    more = given.reason or given.referral
    name = current().show(given.kind)
    named = f"{name}: {current().show(more)}" if more else name
    return named if given.persons == abs(whole) else f"{named} ({persons(given.persons)})"


def persons(count: int) -> str:
    """ "1 person", "35 persons"."""
    said = ngettext("{count} person", "{count} persons", count)
    return said.format(count=current().show(count))


def person(told: Person) -> str:
    """Sex, age and nationality; what nobody told is left out."""
    shown = current()
    marks = [
        shown.show(told.sex) if told.sex.value != "unknown" else "",
        shown.show(told.age) if told.age.value != "unknown" else "",
        shown.country(told.nationality) if told.nationality != "XX" else "",
        _("with a disability") if told.disability.value == "yes" else "",
    ]
    return " · ".join(mark for mark in marks if mark) or _("nothing is known")


def counts(told: Sequence[Count], most: int = 12) -> list[str]:
    """Those counted, the largest parts first; what is beyond `most` parts is one sum."""
    parts = sorted(told, key=lambda count: -abs(count.persons))
    shown = [times(person(part.person), part.persons) for part in parts[:most]]
    rest = sum(part.persons for part in parts[most:])
    return [*shown, times(_("others"), rest)] if rest else shown


def who(known: Who) -> str:
    """One line: "Male · 18–59 · Afghanistan · 3 visits, last 16. 11. 2026."."""
    told = person(Person(known.sex, known.age, known.nationality, known.disability))
    if not known.visits or known.last is None:
        return f"{told} · {_('first visit')}"
    visits = ngettext("{count} visit, last {day}", "{count} visits, last {day}", known.visits)
    said = visits.format(count=current().show(known.visits), day=current().day(known.last))
    return f"{told} · {said}"
