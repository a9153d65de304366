"""R12: names entered on a scripted day stand in nothing that the program wrote, except encrypted.

Run as a program it is the day: a first run, entries, every page, a preview, a saved and a printed
report, a travel copy, a crash note. Every write of the process to any file is logged, deleted files
included, and what is left is looked through as well.
"""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from soak import faults

COUNT = 500
MARK = "Ždrukv"  # every planted name begins with it, and nothing else does
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "cp1250", "folded")
PATIENCE = 60  # seconds that a page may take


def run(count: int, seed: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        found = day_in(Path(folder), count, seed)
    print(f"{count} names planted, {len(found)} places where one stands in the clear")
    for where in found:
        print(f"  {where}")
    return not found


def day_in(scratch: Path, count: int, seed: int, *, careless: bool = False) -> list[str]:
    """Live the day below `scratch`; where a planted name could be read afterwards."""
    room, log = scratch / "room", scratch / "log"
    room.mkdir()
    words = [sys.executable, __file__, str(room), str(count), str(seed)]
    subprocess.run(
        [*words, "careless" if careless else "careful"],
        env=surroundings(scratch, room, log), cwd=faults.ROOT, check=True,
    )  # fmt: skip
    return [*found_in_files(room), *found_in_log(log)]


def surroundings(scratch: Path, room: Path, log: Path) -> dict[str, str]:
    """Everything that a program may write to by itself lies in the room."""
    around = dict(os.environ)
    if not faults.reason_to_skip():
        around = faults.environment(faults.build(scratch), Path("/"), log)
    places = {"HOME": "home", "TMPDIR": "temp", "XDG_CONFIG_HOME": "settings"}
    places |= {"XDG_DATA_HOME": "data", "XDG_CACHE_HOME": "cache", "XDG_STATE_HOME": "state"}
    for name, folder in places.items():
        (room / folder).mkdir()
        around[name] = str(room / folder)
    path = os.pathsep.join((str(faults.ROOT / "tests"), str(faults.ROOT)))
    return around | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": path}


def found_in_files(room: Path) -> Iterator[str]:
    for path in sorted(room.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            for kind, text in {"": content, "unpacked ": unpacked(path, content)}.items():
                yield from (f"{kind}{path.name}: {code}" for code in readable_in(text))


def found_in_log(log: Path) -> Iterator[str]:
    """In all that was written to one file, however it was cut into pieces."""
    written: dict[str, bytearray] = {}
    for event in faults.read(log) if log.exists() else ():
        if event.kind == "w":
            written.setdefault(event.path, bytearray()).extend(event.content)
    for path, content in written.items():
        yield from (f"written to {Path(path).name}: {code}" for code in readable_in(content))


def readable_in(content: bytes | bytearray) -> list[str]:
    """The encodings in which a planted name stands there, in any case."""
    return [code for code in ENCODINGS if any(_as(code, form) in content for form in _cases(MARK))]


def unpacked(path: Path, content: bytes) -> bytes:
    """The text of a PDF, the parts of a workbook; empty for other files."""
    import pypdf

    if path.suffix == ".pdf":
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        return "\n".join(page.extract_text() for page in pages).encode()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return b"".join(archive.read(name) for name in archive.namelist())
    return b""


def names(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    letters = "abcčćdđefghijklmnoprsštuvzž"
    return [MARK + "".join(chance.choices(letters, k=9)) for _ in range(count)]


def _cases(text: str) -> tuple[str, ...]:
    return (text, text.lower(), text.upper())


def _as(code: str, text: str) -> bytes:
    if code != "folded":
        return text.encode(code)
    from models.text import search_key

    return search_key(text).encode()


def live(room: Path, planted: list[str], careless: bool) -> None:
    """The day. Who is careless leaves a name behind, which must be found."""
    from PySide6.QtWidgets import QApplication

    from models.safe import founding, travel
    from soak import power
    from ui import language, messages, style
    from ui.entrance import start
    from ui.entrance.way import Way

    folder = room / "branch"
    application = QApplication([])
    style.apply()
    language.start()
    messages.install_excepthook(folder / start.NOTES)
    founding.found(folder, power.PLAN, cost=founding.PRACTICE_COST)
    way = Way(folder)
    way.begin(None, power.LOGIN, power.PASSWORD)
    _until(application, lambda: way.main is not None)
    window = way.main
    assert window and way.books
    _enter(way.books.db, planted)
    for place in range(len(window.kinds)):
        window.show_page(place)
        window.search.setText(planted[place])
        _until(application, lambda: True, settle=0.1)
    _papers(application, window, room)
    travel.make(way.books.db, room, "devet crvenih vagona")
    try:
        raise ValueError(planted[0])
    except ValueError as problem:
        from ui import faults as sentences

        sentences.write_down(folder / start.NOTES, problem)
    if careless:
        _leave_behind(room, planted[1])
    window.close()
    way.end()


def _enter(db, planted: list[str]) -> None:  # type: ignore[no-untyped-def]
    """Each name as a person's, and in the texts that stand beside people."""
    from models import clock
    from models.desk import aid
    from models.desk.aid import Count, Given, Service
    from models.desk.cards import Person
    from models.goods import places
    from models.goods.places import Place
    from models.roles import PROGRAM
    from models.team import volunteers

    today = clock.today()
    for start in range(0, len(planted), 25):
        with db.write(PROGRAM) as session:
            place = session.get_one(Place, places.overview(session)[0].id)
            for number, name in enumerate(planted[start : start + 25], start):
                born = date(1950, 1, 1) + timedelta(days=7 * number)
                told = dict.fromkeys(("address", "guardian", "note"), name)
                volunteers.enter(session, volunteers.Details(name, name, born, **told))
                aid.help_group(
                    session, [Count(Person(), 1)], place, on=today - timedelta(days=today.day),
                    services=[Given(Service.PSS)], remark=name,
                )  # fmt: skip


def _papers(application, window, room: Path) -> None:  # type: ignore[no-untyped-def]
    """A preview on the page, a saved report, the same one printed to a file."""
    from models import clock, files
    from models.periods import Period
    from reports import monthly
    from translations import language
    from ui.papers import printing

    today = clock.today()
    window.show_page("Reports")
    _until(application, lambda: True, settle=1)
    month = Period.month(today.year, today.month).previous
    with window.db.read() as session:
        data = monthly.collect(session, month)
    pdf = monthly.render(data, language("bs"))
    files.write_whole(room / "report.pdf", pdf, secret=False)
    files.write_whole(room / "report.xlsx", monthly.workbook(data, language("bs")), secret=False)
    printer, done = printing.new_printer("report"), list[bool]()
    printer.setOutputFileName(str(room / "printed.pdf"))
    printing.Job(window, pdf, printer).begin(lambda _said: done.append(True))
    _until(application, lambda: bool(done))


def _leave_behind(room: Path, name: str) -> None:
    """Names where careless programs leave them: a note, a settings file, a file deleted again."""
    (room / "temp" / "note.txt").write_text(name, encoding="utf-16")
    (room / "settings" / "last.ini").write_text(f"search={name.upper()}", encoding="cp1250")
    gone = room / "temp" / "gone.tmp"
    gone.write_text(name, encoding="utf-8")
    gone.unlink()


def _until(application, is_done: Callable[[], bool], settle: float = 0.0) -> None:  # type: ignore[no-untyped-def]
    ends = time.monotonic() + settle
    gives_up = time.monotonic() + PATIENCE
    while not is_done() or time.monotonic() < ends:
        application.processEvents()
        time.sleep(0.01)
        if time.monotonic() > gives_up:
            raise TimeoutError


if __name__ == "__main__":
    live(Path(sys.argv[1]), names(int(sys.argv[2]), int(sys.argv[3])), sys.argv[4] == "careless")
