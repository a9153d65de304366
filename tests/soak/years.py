"""R9: ten years in one run of the program. Every day posts, every month is looked at and closed.

The clock is moved from day to day; the window is open all the time. Memory at the end of each year
is compared with that at the end of the first.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import checks, clock
from models.database import Database
from models.desk import aid
from models.desk.aid import Count, Given, Service
from models.desk.cards import Person, Sex
from models.goods import items, places, stock
from models.goods.documents import Document
from models.goods.stock import Goods
from models.office import users
from models.periods import Period
from models.safe import founding
from models.safe.founding import PRACTICE_COST
from models.units import THOUSAND
from reports import monthly
from soak.power import LOGIN, PLAN
from translations import LANGUAGES, language
from ui import garbage
from ui.entrance.pages import pages_of
from ui.window import MainWindow

COUNT = 10  # years
PER_DAY = 22  # documents: some 80,000 in ten years
BEGIN = date(2016, 1, 1)
GROWTH = 1.1  # of the memory, from the end of the first year on
SETTLE = 2_000  # milliseconds that what a page reads in a thread may take
PLENTY = 2_000 * THOUSAND  # of one item in one receipt: what a month hands out, and more


@dataclass
class Life:
    """What came of it. Memory in MB at the end of each year, or of each so many months."""

    documents: int = 0
    memory: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def growth(self) -> float:
        return max(self.memory) / self.memory[0]

    @property
    def is_held(self) -> bool:
        return not self.problems and self.growth < GROWTH


def run(years: int, seed: int) -> bool:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        life = live(Path(folder) / "branch", years * 12, PER_DAY, random.Random(seed))
    minutes = (time.monotonic() - began) / 60
    print(f"{life.documents} documents in {minutes:.1f} min, {len(life.problems)} broken checks")
    print(f"memory at the end of each year: {', '.join(f'{mb:.0f}' for mb in life.memory)} MB")
    return life.is_held


def live(folder: Path, months: int, per_day: int, chance: random.Random, every: int = 12) -> Life:
    """So many months of a branch below `folder`, in one process and one window.

    Its memory is looked at after `every` so many, and after the last.
    """
    application = QApplication.instance() or QApplication([])
    life, month = Life(), Period.of(BEGIN)
    with clock.at(_noon(BEGIN)):
        db = Database.open(folder, founding.found(folder, PLAN, cost=PRACTICE_COST))
        users.sign_in(db, LOGIN)
        window = MainWindow(db, pages_of(db))
        garbage.Collector(window)
        window.show()
    for number in range(1, months + 1):
        _live_month(db, month, per_day, chance)
        following = Period.of(month.last + timedelta(days=1))
        with clock.at(_noon(following.first)):
            _look_and_close(db, window, month, number)
        if number % every == 0 or number == months:
            life.memory.append(_memory(application))
        month = following
    QTest.qWait(SETTLE)
    window.close()
    window.deleteLater()
    with db.read() as session:
        life.documents = session.scalar(select(func.count()).select_from(Document)) or 0
        life.problems = [problem.text() for problem in checks.run(session)]
    db.close()
    return life


def _live_month(db: Database, month: Period, per_day: int, chance: random.Random) -> None:
    day = month.first
    while day <= month.last:
        with clock.at(_noon(day)):
            if day == month.first:
                with db.write() as session:
                    _stock_up(session, day)
            for _document in range(per_day):
                with db.write() as session:
                    _help(session, day, chance)
            QApplication.processEvents()
        day += timedelta(days=1)


def _stock_up(session: Session, day: date) -> None:
    goods = [Goods(items.find(session, code), PLENTY) for code in ("blanket", "socks")]
    store = places.find(session, PLAN.warehouse)
    stock.receive(session, store, goods, on=day, supplier="Donor A")


def _help(session: Session, day: date, chance: random.Random) -> None:
    store = places.find(session, PLAN.warehouse)
    goods = [Goods(items.find(session, chance.choice(("blanket", "socks"))), THOUSAND)]
    told = [Count(Person(sex=chance.choice(list(Sex))), chance.randint(1, 4))]
    services = [Given(Service.PSS)] if chance.random() < 0.2 else []
    aid.help_group(session, told, store, on=day, goods=goods, services=services, store=store)


def _look_and_close(db: Database, window: MainWindow, month: Period, number: int) -> None:
    """Every page once, the report on paper in one of the languages, and the month is closed."""
    for place in range(len(window.kinds)):
        window.show_page(place)
        QApplication.processEvents()
    with db.write() as session:
        data = monthly.close(session, month)
    monthly.render(data, language(LANGUAGES[number % len(LANGUAGES)]))


def _memory(application: object) -> float:
    """Resident megabytes of this process, once what is to be deleted is gone."""
    assert application
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12)
