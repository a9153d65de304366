"""Hostile texts through every verb: kept as text, or refused in one sentence; never more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import count
from pathlib import Path

import pytest
from hostile import HOSTILE, UNFIT, require_no_formulas, require_no_links
from sqlalchemy import String, select
from sqlalchemy.orm import Session
from things import DAY, Things

from models import clock, periods
from models.base import Base
from models.database import Database
from models.desk import aid, cards, encounters, nationalities
from models.desk.aid import Count, Given, Service
from models.desk.cards import Person
from models.errors import DomainError
from models.goods import items, places, shelf, stock
from models.goods.documents import Document
from models.goods.items import Category
from models.office import branch, indicators, territory, users
from models.office.branch import Level
from models.office.indicators import Term
from models.periods import Period
from models.privacy import breaches
from models.privacy.breaches import Facts, Told
from models.safe import keys
from models.safe.founding import PRACTICE_COST
from models.team import activities, hours, roster, trainings, volunteers
from models.team.activities import Stint, Work
from models.team.skills import Skill
from models.team.trainings import Course
from models.units import Unit
from reports import breach, documents, monthly
from reports import breaches as register
from translations import LANGUAGES, language

OCTOBER = Period.month(2026, 10)
NUMBERS = count(1)

Verb = Callable[[Things, str], object]


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with clock.at(datetime(2026, 11, 3, 10, 30)):
        yield


@pytest.fixture
def branch_things(session: Session, things: Things) -> Things:
    """The branch's own papers, a lot of blankets, a person."""
    session.add(branch.Branch(id=1, entity="BD", language="en"))
    for level in Level:
        branch.rename(session, level, {"en": level.value})
    things.receive(1000)
    person(things, "Amra")
    indicators.add(session, "first", "person", {"en": "First"}, [Term("persons", "all")])
    return things


def person(things: Things, name: str = "Amra", **more: object) -> volunteers.Volunteer:
    born = date(1950 + next(NUMBERS) % 40, 1, 1 + next(NUMBERS) % 28)
    given = volunteers.Details(name, "Hodžić", born, **more)  # type: ignore[arg-type]
    return volunteers.enter(things.session, given)


def activity(things: Things, text: str) -> object:
    somebody = things.session.scalars(select(volunteers.Volunteer)).first()
    assert somebody
    day = date(2026, 10, 1 + next(NUMBERS) % 28)
    stints = [Stint(somebody, 1)]
    return activities.record(things.session, Work.KITCHEN, stints, on=day, description=text)


def papers(things: Things, **more: str) -> object:
    return branch.change(things.session, branch.Details(**more))  # type: ignore[arg-type]


def new_item(things: Things, code: str, name: str, ifrc: str = "") -> object:
    names = {"en": name, "bs": "Deka"}
    return items.add(things.session, code, names, Unit.PIECE, Category.BEDDING, ifrc_code=ifrc)


def indicator(things: Things, name: str, **more: dict[str, str]) -> object:
    line = things.session.scalars(select(indicators.Indicator)).first()
    assert line
    terms = [Term("persons", "all")]
    return indicators.change(things.session, line, line.unit, {"en": name}, terms, **more)


def issued(things: Things, **more: str) -> object:
    given = {"recipient": "Kitchen"} | more
    goods = [things.goods(1)]
    return stock.issue(things.session, things.warehouse, goods, on=DAY, **given)  # type: ignore[arg-type]


VERBS: dict[str, Verb] = {
    "supplier": lambda t, x: stock.receive(
        t.session, t.warehouse, [t.goods(1)], on=DAY, supplier=x
    ),
    "reference": lambda t, x: issued(t, reference=x),
    "note": lambda t, x: issued(t, note=x),
    "recipient": lambda t, x: issued(t, recipient=x),
    "batch": lambda t, x: t.receive(1, batch=x),
    "purpose": lambda t, x: t.receive(1, purpose=x),
    "donor": lambda t, x: t.receive(1, donor=x),
    "reason": lambda t, x: stock.write_off(
        t.session, t.warehouse, [t.goods(1)], on=DAY, reason=x
    ),
    "place": lambda t, x: places.add(t.session, x),
    "item code": lambda t, x: new_item(t, x, "Blanket"),
    "item name": lambda t, x: new_item(t, f"code{next(NUMBERS)}", x),
    "IFRC code": lambda t, x: new_item(t, f"code{next(NUMBERS)}", "Blanket", x),
    "remark": lambda t, x: aid.help_group(
        t.session, [Count(Person(), 2)], t.warehouse, on=DAY, services=[Given(Service.PSS)],
        remark=x,
    ),
    "card": lambda t, x: cards.add(t.session, token=x),
    "card looked for": lambda t, x: cards.find(t.session, x),
    "first name": person,
    "phone": lambda t, x: person(t, phone=x),
    "email": lambda t, x: person(t, email=x),
    "address": lambda t, x: person(t, address=x),
    "guardian": lambda t, x: person(t, guardian=x),
    "note of a person": lambda t, x: person(t, note=x),
    "provider": lambda t, x: trainings.add(
        t.session, person(t), Course(Skill.FIRST_AID, DAY, provider=x)
    ),
    "activity": activity,
    "town": lambda t, x: papers(t, town=x),
    "contact": lambda t, x: papers(t, contact=x),
    "secretary": lambda t, x: papers(t, secretary=x),
    "branch": lambda t, x: branch.rename(t.session, Level.BRANCH, {"en": x, "bs": x}),
    "user": lambda t, x: users.add(t.session, x, x),
    "user looked for": lambda t, x: users.find(t.session, x),
    "indicator": indicator,
    "definition": lambda t, x: indicator(t, "Persons", definitions={"en": x}),
    "indicator code": lambda t, x: indicators.add(
        t.session, x, "person", {"en": "Persons"}, [Term("persons", "all")]
    ),
    "narrative": lambda t, x: periods.write_narrative(t.session, OCTOBER, "needs", x),
    "item looked for": lambda t, x: (items.overview(t.session, x), items.find(t.session, x)),
    "place looked for": lambda t, x: (places.overview(t.session, x), places.find(t.session, x)),
    "donor looked for": lambda t, x: places.donors(t.session, x),
    "person looked for": lambda t, x: roster.overview(t.session, x),
    "activity looked for": lambda t, x: hours.activities(t.session, x),
    "encounter looked for": lambda t, x: encounters.ids(t.session, OCTOBER, search=x),
    "goods looked for": lambda t, x: shelf.overview(t.session, x),
    "document looked for": lambda t, x: shelf.documents(t.session, x),
    "country looked for": lambda t, x: nationalities.choices(x),
    "territory": lambda t, x: territory.search(x),
    "breach": lambda t, x: breaches.add(
        t.session, Facts(clock.now(), x, x, None, None, x, x, x, Told.WAIVED, None, x)
    ),
}  # fmt: skip


def try_all(things: Things, verb: Verb, texts: Sequence[str] = HOSTILE) -> list[str]:
    """Each text in a step of its own; what came of it that should not have."""
    faults = []
    for text in texts:
        step = things.session.begin_nested()
        try:
            verb(things, text)
            things.session.flush()
            step.commit()
        except DomainError as refusal:
            step.rollback()
            faults += [f"no words: {text[:20]!r}" for code in LANGUAGES
                       if not refusal.text(language(code))]  # fmt: skip
        except Exception as problem:  # whatever it is, it is what is looked for
            step.rollback()
            faults.append(f"{type(problem).__name__}: {text[:20]!r}")
    return faults


@pytest.mark.parametrize("field", VERBS)
def test_a_hostile_text_is_kept_as_text_or_refused_in_one_sentence(
    branch_things: Things, field: str
) -> None:
    is_file = branch_things.session.get_bind().dialect.name == "sqlite"
    assert try_all(branch_things, VERBS[field], HOSTILE if is_file else UNFIT) == []
    assert unfit(branch_things.session) == []


def unfit(session: Session) -> list[str]:
    """Columns in which a text stands that is too long for it or holds what is no sign."""
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, String):
                most = column.type.length or 10**6
                texts = [text for text in session.scalars(select(column)) if text]
                found += [str(column) for text in texts if len(text) > most or "\0" in text]
    return found


@pytest.fixture
def full_of_them(branch_things: Things, session: Session) -> Things:
    for verb in VERBS.values():
        try_all(branch_things, verb, HOSTILE[::4])
    periods.write_narrative(session, OCTOBER, "needs", "\n".join(HOSTILE)[:15_000])
    return branch_things


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_papers_and_workbooks_of_hostile_texts_hold_text_and_nothing_else(
    db: Database, full_of_them: Things, session: Session
) -> None:
    documents_ = session.scalars(select(Document.id)).all()
    printed = [render(session, number) for number in documents_[::17]]
    data = monthly.collect(session, OCTOBER)
    for code in LANGUAGES:
        printed.append(monthly.render(data, language(code)))
        require_no_formulas(monthly.workbook(data, language(code)))
    for row in breaches.overview(session)[::5]:
        printed.append(breach.render(breach.collect(session, row.id), language("sr_Cyrl")))
    printed.append(register.render(register.collect(session), language("en")))
    for pdf in printed:
        require_no_links(pdf)


def render(session: Session, number: int) -> bytes:
    return documents.render(documents.collect(session, number), language("sr_Cyrl"))


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12].encode("unicode_escape"))
def test_a_hostile_name_or_password_signs_in_or_is_refused(tmp_path: Path, text: str) -> None:
    try:
        key = keys.create(tmp_path / "branch", text, text, cost=PRACTICE_COST)
    except DomainError:
        assert not keys.exists(tmp_path / "branch")
    else:
        login = keys.logins(tmp_path / "branch")[0]
        assert keys.unlock(tmp_path / "branch", login, text) == key
