"""The forms of a branch's daily work, each filled in so that it could be saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from models import clock, periods
from models.database import Database
from models.goods import items, places, proposals, stock
from models.goods.documents import Document
from models.goods.stock import Goods
from models.office import reopening, users
from models.office.indicators import Term
from models.periods import Period, Reopening
from models.team import roster
from models.team.skills import Skill
from models.units import THOUSAND
from reports import monthly
from reports.consolidated import Received
from soak.opened import OTHER, OTHERS_PASSWORD, Maker, Opened, World, paste, typed
from soak.power import PLAN
from translations import LANGUAGES
from ui.desk.headcount import HeadcountForm
from ui.desk.person import PersonForm
from ui.form import Form
from ui.office.branch_settings import LetterheadForm, OrganizationsForm
from ui.office.catalogue import ItemForm
from ui.office.indicators import IndicatorForm
from ui.office.places import PlaceForm
from ui.office.second_person import DECLINE, AnswerForm
from ui.papers.reopening import ReopenAnswer, ReopenForm
from ui.papers.together import ConsolidateDialog, Sent
from ui.pieces.lines import LinesEdit
from ui.privacy.breaches import BreachForm
from ui.team.activities import ActivitiesDialog
from ui.team.activity_form import ActivityForm
from ui.team.trainings import TrainingsForm
from ui.team.volunteer_form import VolunteerForm
from ui.team.volunteers import ReportedForm
from ui.warehouse.count import CountForm
from ui.warehouse.documents import DocumentList
from ui.warehouse.goods import GoodsForm, IssueForm, ReceiveForm, TransferForm, WriteOffForm
from ui.warehouse.waiting import WriteOffAnswer

NUMBERS = count()
COUNTED = "Counted"


def _with_goods(form: Any, lines: LinesEdit) -> Any:
    with form.db.read() as session:
        blanket = items.find(session, "blanket")
        lines.set(0, "item", (blanket.id, blanket.name()))
    lines.set(0, "quantity", THOUSAND)
    return form


def _on_paper(kind: type[GoodsForm], **fields: str) -> Maker:
    def make(world: World) -> Form:
        form = kind(world.db)
        return typed(_with_goods(form, form.lines), **fields)

    return make


def _transfer(world: World) -> Form:
    form: Any = _on_paper(TransferForm)(world)
    form.target.setCurrentIndex(form.target.count() - 1)
    return form


def _with_the_second_person(world: World) -> Form:
    return _before_another(world, _on_paper(WriteOffForm, reason="Torn")(world))


def _before_another(world: World, form: Any) -> Form:
    """The second person is there, with their password."""
    world.lay_out_keys()
    with world.db.read() as session:
        form.second.person.set_value(users.find(session, OTHER).id)  # type: ignore[union-attr]
    paste(form.second.password.line, OTHERS_PASSWORD)
    return form


def _count(world: World) -> Form:
    """Of a place where one lot lies: every paper before has put its own into the others."""
    with world.db.write() as session:
        if places.find(session, COUNTED) is None:
            shelf, goods = (
                places.add(session, COUNTED),
                Goods(items.find(session, "blanket"), 10**9),
            )
            stock.receive(session, shelf, [goods], on=clock.today(), supplier="Donor")
    form = CountForm(world.db)
    with world.db.read() as session:
        form.place.set_value(places.find(session, COUNTED).id)  # type: ignore[union-attr]
    paste(form.found.findChildren(QLineEdit)[0], str(1 + next(NUMBERS) % 1000))
    return _before_another(world, form)


def _group(world: World) -> Form:
    db = world.db
    form = HeadcountForm(db)
    paste(form.grid.findChildren(QLineEdit)[0], "1")
    return _with_goods(form, form.goods)


def _person(world: World) -> Form:
    db = world.db
    form = PersonForm(db)
    return _with_goods(form, form.goods)


def _volunteer(world: World) -> Form:
    db = world.db
    born = f"{1 + next(NUMBERS) % 28}.{1 + next(NUMBERS) % 12}.{1950 + next(NUMBERS) % 40}"
    return typed(VolunteerForm(db), first_name="Edin", last_name="Mujić", birth_date=born)


def _activity(world: World) -> Form:
    db = world.db
    form = ActivityForm(db)
    with db.read() as session:
        somebody = roster.overview(session)[0]
    form.people.set(0, "person", (somebody.id, somebody.name))
    form.people.set(0, "minutes", 1)
    return form


def _trainings(world: World) -> Form:
    db = world.db
    with db.read() as session:
        form = TrainingsForm(db, roster.overview(session)[0].id)
    form.courses.set(0, "skill", Skill.FIRST_AID)
    form.courses.set(0, "day", clock.today())
    return form


def _reported(world: World) -> Form:
    with world.db.read() as session:
        return ReportedForm(world.db, roster.overview(session)[0])


def _item(world: World) -> Form:
    db = world.db
    form = typed(ItemForm(db, None), code=f"code{next(NUMBERS)}")
    form.names.set_value(dict.fromkeys(LANGUAGES, "Blanket"))
    return form


def _indicator(world: World) -> Form:
    db = world.db
    form = typed(IndicatorForm(db, None), code=f"code{next(NUMBERS)}")
    form.names.set_value(dict.fromkeys(LANGUAGES, "Blankets"))
    form.terms.set(0, "term", (Term("persons", "all"), "Persons"))
    return form


@contextmanager
def _another(db: Database) -> Iterator[Any]:
    """What Lana does."""
    own = db.user
    with db.read() as session:
        db.user = users.find(session, OTHER).id  # type: ignore[union-attr]
    try:
        with db.write() as session:
            yield session
    finally:
        db.user = own


def _reopen(world: World) -> Form:
    db = world.db
    with db.write() as session:
        _ask_no_longer(session)
        form = ReopenForm(db, _closed(session), None)
    return typed(form, reason="A receipt was forgotten")


def _answer_to_reopening(world: World) -> Form:
    db = world.db
    with _another(db) as session:
        _ask_no_longer(session)
        reopening.ask(session, _closed(session), "A receipt was forgotten")
    with db.read() as session:
        return _declining(ReopenAnswer(db, reopening.waiting(session)[0], None))


def _answer_to_write_off(world: World) -> Form:
    db = world.db
    with _another(db) as session:
        for each in proposals.waiting(session):
            proposals.withdraw(session, session.get_one(Document, each.id))
        goods = [Goods(items.find(session, "blanket"), THOUSAND)]
        store = places.find(session, PLAN.warehouse)
        stock.propose_write_off(session, store, goods, on=clock.today(), reason="Torn")
    with db.read() as session:
        return _declining(WriteOffAnswer(db, proposals.waiting(session)[0], None))


def _declining(form: AnswerForm) -> Form:
    form.answer.set_value(DECLINE)
    paste(form.reason, "Count again")
    return form


def _closed(session: Any) -> Period:
    month = periods.closed_through(session)
    assert month
    return month


def _ask_no_longer(session: Any) -> None:
    for wish in reopening.waiting(session):
        reopening.withdraw(session, session.get_one(Reopening, wish.id))


def _documents(world: World) -> Opened:
    window = DocumentList(world.db)
    return _searched(window, window.reload)


def _activities(world: World) -> Opened:
    window = ActivitiesDialog(world.db)
    return _searched(window, lambda: window.page.search(window.search.value))


def _adding_up(world: World) -> Opened:
    """One report was read, and is added up anew with each day that is typed."""
    with world.db.read() as session:
        report = monthly.collect(session, Period.of(clock.today()))
    window = ConsolidateDialog(world.db)
    window.sent = Sent([Received("branch.pdf", report)])

    def add_up() -> None:
        window.add_up()
        QApplication.processEvents()  # the work begins

    is_shown = lambda: window.data is not None  # noqa: E731
    return Opened(window, add_up, is_shown, window.preview.empty.sentence.text)


def _searched(window: QWidget, search: Callable[[], object]) -> Opened:
    """Where something is only looked for, there is nothing to refuse."""
    return Opened(window, search, lambda: True, str)


FORMS: tuple[Maker, ...] = (
    _on_paper(ReceiveForm),
    _on_paper(IssueForm, recipient="Kitchen"),
    _transfer,
    _on_paper(WriteOffForm, reason="Torn"),
    _with_the_second_person,
    _count,
    _answer_to_write_off,
    _person,
    _group,
    _volunteer,
    _activity,
    _trainings,
    _reported,
    lambda world: typed(PlaceForm(world.db, None), name=f"Place {next(NUMBERS)}"),
    _item,
    _indicator,
    lambda world: OrganizationsForm(world.db, None),
    lambda world: LetterheadForm(world.db, None),
    _reopen,
    _answer_to_reopening,
    lambda world: typed(
        BreachForm(world.db, None, None), what="A stick was lost", whose="Volunteers"
    ),
    _documents,
    _activities,
    _adding_up,
)
