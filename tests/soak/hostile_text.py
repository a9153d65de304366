"""R14: hostile texts pasted into every field of every form, searched for, printed and exported.

Each is kept as text or refused in one sentence. No file that a text names is opened, no formula
stands in a workbook, no link in a paper.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from hostile import HOSTILE, require_no_formulas, require_no_links
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QPlainTextEdit, QWidget

from models import clock, periods
from models.database import Database
from models.errors import DomainError
from models.goods import items, ledger, places, proposals, stock
from models.goods.ledger import Document
from models.goods.stock import Goods
from models.office import reopening, users
from models.office.indicators import Term
from models.periods import Period, Reopening
from models.roles import PROGRAM, Role
from models.safe import founding
from models.safe.founding import PRACTICE_COST
from models.team import roster, volunteers
from models.team.skills import Skill
from models.team.volunteers import Details
from models.units import THOUSAND
from reports import monthly
from soak.power import LOGIN, PLAN
from translations import LANGUAGES, language
from ui.desk.headcount import HeadcountForm
from ui.desk.person import PersonForm
from ui.entrance import pages
from ui.form import Form
from ui.office.branch_settings import LetterheadForm, OrganizationsForm
from ui.office.catalogue import ItemForm
from ui.office.indicators import IndicatorForm
from ui.office.places import PlaceForm
from ui.office.second_person import DECLINE, AnswerForm
from ui.office.users import PasswordForm, UserForm
from ui.papers.reopening import ReopenAnswer, ReopenForm
from ui.pieces.lines import LinesEdit
from ui.privacy.breaches import BreachForm
from ui.team.activity_form import ActivityForm
from ui.team.trainings import TrainingsForm
from ui.team.volunteer_form import VolunteerForm
from ui.warehouse.goods import GoodsForm, IssueForm, ReceiveForm, TransferForm, WriteOffForm
from ui.warehouse.waiting import WriteOffAnswer
from ui.window import MainWindow

COUNT = 300
PLENTY = 5_000_000 * THOUSAND
PIECES = ("%s", "{0}", "<b>", "</para>", "'", '"', "\\", "/", "\0", "\u202e", "\ud800", "=", "@")
LONGEST = 6_000


@dataclass
class Findings:
    """What was tried, and what went wrong with it: the kind of fault, and how often."""

    tried: int = 0
    saved: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def note(self, where: str, what: object) -> None:
        self.faults[f"{where}: {type(what).__name__} {str(what)[:80]!r}"] += 1


def run(how_many: int, seed: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        found = tried(Path(folder), texts(how_many, seed, Path(folder) / "canary.png"))
    print(f"{how_many} texts, {found.tried} saves tried, {found.saved.total()} of them kept")
    for fault, times in found.faults.most_common():
        print(f"  {times} x {fault}")
    return not found.faults


def texts(how_many: int, seed: int, canary: Path) -> list[str]:
    """The known ones first, then such as are put together from them by chance."""
    chance = random.Random(seed)
    known = [f'<img src="file://{canary}"/>', f"<para>{canary}</para>", str(canary), *HOSTILE]
    return [*known, *(_mixed(chance) for _ in range(how_many))][:how_many]


def _mixed(chance: random.Random) -> str:
    parts = [_part(chance) for _ in range(chance.randint(1, 5))]
    return "".join(parts)[:LONGEST] * chance.choice((1, 1, 1, 20))


def _part(chance: random.Random) -> str:
    whole = chance.choice(HOSTILE)
    begin = chance.randrange(len(whole))
    any_sign = chr(chance.randrange(1, 0x10FFFF))
    return whole[begin : begin + chance.randint(1, 80)] + chance.choice([*PIECES, any_sign])


def tried(folder: Path, hostile: list[str]) -> Findings:
    """Everything that is tried with them, in a branch below `folder`."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    found = Findings()
    with _canary(folder / "canary.png", found), _slots(found), _branch(folder / "branch") as db:
        for make in FORMS:
            _fill(make, db, hostile, found)
        _look(db, hostile, found)
        _print(db, found)
    return found


def _fill(make: Maker, db: Database, hostile: list[str], found: Findings) -> None:
    with _open(make, db) as form:
        kind, fields = type(form), len(_inputs(form))
    for text in hostile:
        for place in range(fields):
            with _open(make, db) as form:
                _try(form, place, text, found)
        _let_go()
    if not found.saved[kind.__name__] and kind not in KEYS:
        found.note(kind.__name__, ValueError("nothing was ever saved, so nothing was tried"))


@contextmanager
def _open(make: Maker, db: Database) -> Iterator[Form]:
    form = make(db)
    yield form
    form.deleteLater()


def _try(form: Form, place: int, text: str, found: Findings) -> None:
    """Paste the text into one field of a form that is filled in otherwise, and save."""
    where = f"{type(form).__name__}.{_inputs(form)[place].objectName()}"
    found.tried += 1
    try:
        _paste(_inputs(form)[place], text)
        form.accept()
        if form.result() or form.saved.text():
            found.saved[type(form).__name__] += 1
        elif not form.problem.text() and not _has_more_windows():
            found.note(where, ValueError("neither saved nor refused"))
    except Exception as problem:
        found.note(where, problem)


def _paste(widget: QWidget, text: str) -> None:
    if isinstance(widget, QPlainTextEdit):
        widget.setPlainText("")
        widget.insertPlainText(text)
    elif isinstance(widget, QLineEdit):
        widget.setText("")
        widget.insert(text)


def _inputs(form: QWidget) -> list[QWidget]:
    """Where something can be typed."""
    lines = [each for each in form.findChildren(QLineEdit) if _is_typed_into(each)]
    return [*lines, *form.findChildren(QPlainTextEdit)]


def _is_typed_into(line: QLineEdit) -> bool:
    inside = isinstance(line.parent(), QAbstractSpinBox)
    return not inside and not line.isReadOnly() and line.isEnabled()


def _has_more_windows() -> bool:
    return QApplication.activeModalWidget() is not None


def _let_go() -> None:
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


def _look(db: Database, hostile: list[str], found: Findings) -> None:
    """Every page in every language over what was kept, and every text searched for."""
    window = MainWindow(db, pages.pages_of(db))
    window.show()
    for place, kind in enumerate(window.kinds):
        for code in LANGUAGES:
            _guarded(found, kind.title, lambda place=place, code=code: _show(window, place, code))
        for text in hostile:
            _guarded(found, f"search in {kind.title}", lambda text=text: _search(window, text))
    window.close()
    window.deleteLater()


def _show(window: MainWindow, place: int, code: str) -> None:
    from ui import language as speech

    speech.switch(code)
    window.show_page(place)
    window.grab()


def _search(window: MainWindow, text: str) -> None:
    window.search.setText("")
    window.search.insert(text)
    if window.page.searchable:
        window.page.search(window.search.text())


def _print(db: Database, found: Findings) -> None:
    def papers() -> None:
        for code in LANGUAGES:
            with db.read() as session:
                data = monthly.collect(session, Period.of(clock.today()))
            require_no_formulas(monthly.workbook(data, language(code)))
            require_no_links(monthly.render(data, language(code)))

    _guarded(found, "monthly report", papers)


def _guarded(found: Findings, where: str, act: Callable[[], object]) -> None:
    found.tried += 1
    try:
        act()
        QApplication.processEvents()
    except DomainError as refusal:
        if not refusal.text():
            found.note(where, refusal)
    except Exception as problem:
        found.note(where, problem)


@contextmanager
def _slots(found: Findings) -> Iterator[None]:
    """What goes wrong in a slot does not come back to who caused it."""

    def hear(_kind: type[BaseException], problem: BaseException, _trace: object) -> None:
        found.note("in a slot", problem)

    before, sys.excepthook = sys.excepthook, hear
    try:
        yield
    finally:
        sys.excepthook = before


@contextmanager
def _canary(path: Path, found: Findings) -> Iterator[None]:
    """A file that the texts name: reading it would move its time of access."""
    path.write_bytes(b"canary")
    if not was_read(path, path.read_bytes):
        print("  this file system keeps no time of access: opened files are not seen")
    os.utime(path, (0, time.time()))
    yield
    if path.stat().st_atime > 1:
        found.note("canary", ValueError("a file named in a text was opened"))


def was_read(path: Path, act: Callable[[], object]) -> bool:
    os.utime(path, (0, time.time()))
    act()
    return path.stat().st_atime > 1


@contextmanager
def _branch(folder: Path) -> Iterator[Database]:
    key = founding.found(folder, PLAN, cost=PRACTICE_COST)
    db = Database.open(folder, key)
    users.sign_in(db, LOGIN)
    with db.write() as session:
        main = places.find(session, PLAN.warehouse)
        places.add(session, "Second store")
        stock.receive(
            session, main, [Goods(items.find(session, "blanket"), PLENTY // 2)], on=clock.today()
        )
        volunteers.enter(session, Details("Edin", "Mujić", clock.today().replace(year=1990)))
        periods.close(session, Period.of(clock.today()).previous, "{}", ledger.head(session)[1])
    with db.write(PROGRAM) as session:
        users.add(session, "lana", "Lana Jurić", [Role.SECRETARY])
    try:
        yield db
    finally:
        db.close()


# The forms, each filled in so that it could be saved

Maker = Callable[[Database], Form]
NUMBERS = count()


def _typed(form: Any, **fields: str) -> Any:
    for name, text in fields.items():
        _paste(getattr(form, name), text)
    return form


def _with_goods(form: Any, lines: LinesEdit) -> Any:
    with form.db.read() as session:
        blanket = items.find(session, "blanket")
        lines.set(0, "item", (blanket.id, blanket.name()))
    lines.set(0, "quantity", THOUSAND)
    return form


def _on_paper(kind: type[GoodsForm], **fields: str) -> Maker:
    def make(db: Database) -> Form:
        form = kind(db)
        return _typed(_with_goods(form, form.lines), **fields)

    return make


def _transfer(db: Database) -> Form:
    form: Any = _on_paper(TransferForm)(db)
    form.target.setCurrentIndex(form.target.count() - 1)
    return form


def _group(db: Database) -> Form:
    form = HeadcountForm(db)
    _paste(form.grid.findChildren(QLineEdit)[0], "1")
    return _with_goods(form, form.goods)


def _person(db: Database) -> Form:
    form = PersonForm(db)
    return _with_goods(form, form.goods)


def _volunteer(db: Database) -> Form:
    born = f"{1 + next(NUMBERS) % 28}.{1 + next(NUMBERS) % 12}.{1950 + next(NUMBERS) % 40}"
    return _typed(VolunteerForm(db), first_name="Edin", last_name="Mujić", birth_date=born)


def _activity(db: Database) -> Form:
    form = ActivityForm(db)
    with db.read() as session:
        somebody = roster.overview(session)[0]
    form.people.set(0, "person", (somebody.id, somebody.name))
    form.people.set(0, "minutes", 1)
    return form


def _trainings(db: Database) -> Form:
    with db.read() as session:
        form = TrainingsForm(db, roster.overview(session)[0].id)
    form.courses.set(0, "skill", Skill.FIRST_AID)
    form.courses.set(0, "day", clock.today())
    return form


def _item(db: Database) -> Form:
    form = _typed(ItemForm(db, None), code=f"code{next(NUMBERS)}")
    form.names.set_value(dict.fromkeys(LANGUAGES, "Blanket"))
    return form


def _indicator(db: Database) -> Form:
    form = _typed(IndicatorForm(db, None), code=f"code{next(NUMBERS)}")
    form.names.set_value(dict.fromkeys(LANGUAGES, "Blankets"))
    form.terms.set(0, "term", (Term("persons", "all"), "Persons"))
    return form


def _user(db: Database) -> Form:
    return _typed(UserForm(db, None), name="Ivo Babić", new_login=f"ivo{next(NUMBERS)}")


@contextmanager
def _another(db: Database) -> Iterator[Any]:
    """What Lana does."""
    own = db.user
    with db.read() as session:
        db.user = users.find(session, "lana").id  # type: ignore[union-attr]
    try:
        with db.write() as session:
            yield session
    finally:
        db.user = own


def _reopen(db: Database) -> Form:
    with db.write() as session:
        _ask_no_longer(session)
        return ReopenForm(db, _closed(session), None)


def _answer_to_reopening(db: Database) -> Form:
    with _another(db) as session:
        _ask_no_longer(session)
        reopening.ask(session, _closed(session), "A receipt was forgotten")
    with db.read() as session:
        return _declining(ReopenAnswer(db, reopening.waiting(session)[0], None))


def _answer_to_write_off(db: Database) -> Form:
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
    _paste(form.reason, "Count again")
    return form


def _closed(session: Any) -> Period:
    month = periods.closed_through(session)
    assert month
    return month


def _ask_no_longer(session: Any) -> None:
    for wish in reopening.waiting(session):
        reopening.withdraw(session, session.get_one(Reopening, wish.id))


FORMS: tuple[Maker, ...] = (
    _on_paper(ReceiveForm),
    _on_paper(IssueForm, recipient="Kitchen"),
    _transfer,
    _on_paper(WriteOffForm, reason="Torn"),
    _answer_to_write_off,
    _person,
    _group,
    _volunteer,
    _activity,
    _trainings,
    lambda db: _typed(PlaceForm(db, None), name=f"Place {next(NUMBERS)}"),
    _item,
    _indicator,
    lambda db: OrganizationsForm(db, None),
    lambda db: LetterheadForm(db, None),
    _reopen,
    _answer_to_reopening,
    _user,
    lambda db: PasswordForm(db, None),
    lambda db: _typed(BreachForm(db, None, None), what="A stick was lost", whose="Volunteers"),
)
KEYS = (UserForm, PasswordForm)  # what is pasted into one field alone is no password for them
