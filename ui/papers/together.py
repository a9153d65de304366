"""Adding up what branches sent: their files, who is missing, and the sum as it will print."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QFormLayout, QSplitter, QWidget

from models import recorded
from models.office.branch import Level
from models.periods import Period
from models.recorded import PRINT
from translations import N_, Language, _, current, language
from ui import remembered, work
from ui.papers import printing, saving
from ui.papers.paper import language_field
from ui.papers.preview import Preview
from ui.pieces.boxes import DIALOG, column, fields, label, named, row
from ui.pieces.buttons import Button
from ui.pieces.cards import Answer, Card, heading, muted, scrolled
from ui.pieces.dates import DateField
from ui.pieces.dialog import Dialog, answer_to
from ui.pieces.fields import Choice
from ui.pieces.folder import ask_folder
from ui.pieces.grid import TableView
from ui.pieces.latest import Latest
from ui.pieces.rows import Column

if TYPE_CHECKING:
    from models.database import Database
    from reports.consolidated import Consolidated
    from reports.consolidated.figures import SetAside
    from reports.consolidated.received import Received

FOLDER = "consolidate/folder"
AS_SENT = N_("the lowest that all of them report to")
LEVELS = [(level, level.label) for level in (Level.CANTON, Level.ENTITY, Level.SOCIETY)]
MOST_LINES = 5  # of the names of those who are missing: the rest is scrolled to
SHARES = (520, 640)  # pixels of the two sides at first


@dataclass(frozen=True)
class Line:
    """A report, or a file that is not counted, as the list shows it."""

    name: str
    report: str
    remark: str


@dataclass
class Sent:
    """What was read from the files chosen."""

    received: Sequence[Received] = ()
    aside: Sequence[SetAside] = field(default_factory=tuple)

    @property
    def periods(self) -> list[Period]:
        """The days that any of the reports is about, the latest first."""
        return sorted({each.report.period for each in self.received}, reverse=True)


class ConsolidateDialog(Dialog):
    """Reads the files chosen in a thread, and shows their sum as it will print."""

    columns = (
        Column(N_("Branch"), lambda line: line.name),
        Column(N_("Report"), lambda line: line.report, width=16),
        Column(N_("Remark"), lambda line: line.remark),
    )

    def __init__(self, db: Database, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.db = db
        self.sent = Sent()
        self.data: Consolidated | None = None
        self.pdf = b""
        self.setObjectName("ConsolidateDialog")
        self.setWindowTitle(_("Add up reports"))
        self.files_button = Button(
            _("Choose files…"), self.choose_files, name="choose_files", icon="open",
            shortcut="Ctrl+O",
        )  # fmt: skip
        self.folder_button = Button(
            _("Choose a folder…"), self.choose_folder, name="choose_folder", shortcut="Ctrl+D"
        )
        self.period = named(Choice(name="period"), "period", _("Period"))
        self.level = Choice(LEVELS, none=_(AS_SENT), marked=True, name="level")
        self.level.setAccessibleName(_("Added up by"))
        self.due = named(DateField(name="due"), "due", _("Late if made after"))
        self.language = language_field("document_language")
        self.language.setAccessibleName(_("Document language"))
        self.language.set_value(current().code)
        self.table = TableView(self.columns, wraps=True)
        named(self.table, "received", _("Reports received"))
        self.missing = muted()
        self.missing_area = named(
            scrolled(self.missing, sideways=False), "missing", _("No report yet from")
        )
        self.missing_area.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # the arrows scroll it
        self.preview = Preview()
        self.done_ = Answer("good", name="done")
        self.verbs = self._paper_verbs()
        self.close_button = Button(_("Close"), self.reject, name="close", shortcut="Esc")
        self.latest = Latest(self)
        self.latest.ready.connect(self._show)
        self.latest.failed.connect(self._fail)
        for asked in (self.period, self.level, self.due, self.language):
            asked.changed.connect(self.add_up)
        self._lay_out()
        self._show_nothing()

    def choose_files(self) -> None:
        """Ask for reports, several at once."""
        dialog = QFileDialog(self, _("Choose files"), remembered.folder(FOLDER))
        dialog.setObjectName("open_dialog")
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)  # the system's speaks its own
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter("PDF, JSON (*.pdf *.json)")
        if answer_to(dialog) == QDialog.DialogCode.Accepted:
            self.read([Path(name) for name in dialog.selectedFiles()])

    def choose_folder(self) -> None:
        """Ask for the folder in which they lie."""
        if path := ask_folder(self, remembered.folder(FOLDER)):
            self.read([Path(path)])

    def read(self, chosen: Sequence[Path]) -> None:
        """Read the files, and all reports in the folders, off the main thread."""
        first = chosen[0]
        remembered.write(FOLDER, str(first if first.is_dir() else first.parent))

        def read(progress: work.Progress) -> Sent:
            from reports import consolidated

            return Sent(*consolidated.read(consolidated.files(chosen), progress))

        work.run(self, _("Reading the reports…"), read, self._take)

    def add_up(self) -> None:
        """Add up what was read anew, as it is asked for now."""
        if not self.sent.received and not self.sent.aside:
            return
        sent, spoken = self.sent, self.spoken
        period, level, due = self.period.value, self.level.value, self.due.value
        self._offer(None, b"")
        self.preview.say_waiting()

        def make() -> tuple[Consolidated, bytes]:
            from reports import consolidated

            data = consolidated.collect(
                sent.received, sent.aside, period=period, level=level, due=due
            )
            return data, consolidated.render(data, spoken, archived=False)

        self.latest.ask(make, pause=0)

    @property
    def spoken(self) -> Language:
        """The language of the document; the screen may speak another."""
        return language(self.language.value)

    def print_out(self) -> None:
        printing.ask(
            self, self.pdf, self._name(), self.done_.say, before=lambda: self._put_out(PRINT)
        )

    def save(self, ending: str) -> None:
        """Save the sum as a file of that kind."""
        from reports import consolidated

        data, spoken = self.data, self.spoken
        if data is None:
            return
        make: dict[str, Callable[[], bytes]] = {
            "pdf": lambda: consolidated.render(data, spoken),
            "xlsx": lambda: consolidated.workbook(data, spoken),
            "json": lambda: consolidated.to_json(data),
        }

        def put_out() -> bytes:
            self._put_out(ending)
            return make[ending]()

        saving.save(self, self._name(), ending, put_out, self._saved)

    def _take(self, sent: Sent) -> None:
        self.sent = sent
        self.done_.say("")
        shown = [(each, current().period(each.first, each.last)) for each in sent.periods]
        self.period.blockSignals(True)
        self.period.set_options(shown)
        self.period.set_value(_most(sent))
        self.period.blockSignals(False)
        self.add_up()

    def _show(self, made: tuple[Consolidated, bytes]) -> None:
        data, pdf = made
        self._offer(data, pdf)
        self.table.set_rows([*_counted(data), *_left_out(data.set_aside)])
        self._say_missing(_missing(data))
        self.preview.show_pdf(pdf)

    def _fail(self, problem: BaseException) -> None:
        self.table.set_rows(list(_left_out(self.sent.aside)))
        self._say_missing("")
        self.preview.fail(problem)

    def _say_missing(self, text: str) -> None:
        """As high as the text, up to a few lines."""
        self.missing.setText(text)
        most = self.fontMetrics().lineSpacing() * MOST_LINES
        needed = self.missing.heightForWidth(self.missing_area.viewport().width())
        self.missing_area.setFixedHeight(min(needed, most) if text else 0)

    def _show_nothing(self) -> None:
        self._offer(None, b"")
        self.preview.say(
            _(
                "Choose the PDF or JSON files that branches sent, or the folder where they lie. "
                "Each branch counts once, however often it sent its report."
            )
        )

    def _offer(self, data: Consolidated | None, pdf: bytes) -> None:
        self.data, self.pdf = data, pdf
        for button in self.verbs:
            button.setEnabled(data is not None)

    def _put_out(self, form: str) -> None:
        assert self.data is not None
        what = f"consolidated {self.data.period.key}"
        recorded.put_out(self.db, what, f"{form} {self.spoken.code}")

    def _name(self) -> str:
        from reports.consolidated.render import title

        assert self.data is not None
        return f"{title(self.spoken)} {self.data.period.key}"

    def _saved(self, path: Path) -> None:
        self.done_.say(_("Saved: {file}").format(file=path))

    def _paper_verbs(self) -> list[Button]:
        verbs = [
            Button(_("Print…"), self.print_out, name="print", icon="print", primary=True,
                   shortcut="Ctrl+P"),
            Button(_("PDF…"), partial(self.save, "pdf"), name="save_pdf", icon="pdf",
                   shortcut="Ctrl+S"),
            Button(_("XLSX…"), partial(self.save, "xlsx"), name="save_xlsx"),
            Button(_("JSON…"), partial(self.save, "json"), name="save_json"),
        ]  # fmt: skip
        for button in (self.files_button, self.folder_button, *verbs[:2]):
            QShortcut(QKeySequence(button.keys), self, button.click)
        return verbs

    def _form(self) -> QFormLayout:
        form = fields()
        for name, asked in (
            (_("Period"), self.period),
            (_("Added up by"), self.level),
            (_("Late if made after"), self.due),
            (_("Document language"), self.language),
        ):
            caption = label(name, wrap=False)
            caption.setBuddy(asked)
            form.addRow(caption, asked)
        return form

    def _lay_out(self) -> None:
        choose, left, right = row(), Card(), Card()
        choose.addWidget(self.files_button)
        choose.addWidget(self.folder_button)
        choose.addStretch(1)
        left.body.addLayout(choose)
        left.body.addLayout(self._form())
        left.body.addWidget(self.table, 1)
        left.body.addWidget(self.missing_area)
        for button in self.verbs:
            self.preview.add_left(button)
        right.body.addWidget(self.preview, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(14)
        for side in (left, right):
            split.addWidget(side)
        split.setSizes(SHARES)
        ends = row()
        ends.addWidget(self.done_, 1)
        ends.addStretch(1)
        ends.addWidget(self.close_button)
        layout = column(self, spacing=12, margins=DIALOG)
        layout.addWidget(heading(_("Add up reports"), "subtitle"))
        layout.addWidget(split, 1)
        layout.addLayout(ends)
        for before, after in pairwise((self.missing_area, *self.verbs)):
            self.setTabOrder(before, after)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        room = QGuiApplication.primaryScreen().availableSize() - QSize(40, 60)
        self.resize(QSize(1240, 820).boundedTo(room))


def _counted(data: Consolidated) -> Iterator[Line]:
    from reports.consolidated import tables
    from reports.monthly.render import called

    spoken = current()
    for each in data.branches:
        report = called(each.report, spoken) or _("draft")
        yield Line(tables.name_of(each.report, spoken), report, tables.remarks(each, spoken))


def _left_out(aside: Sequence[SetAside]) -> Iterator[Line]:
    for each in aside:
        reason = current().show(each.reason)
        yield Line(each.file, "", _("not counted: {reason}").format(reason=reason))


def _missing(data: Consolidated) -> str:
    from reports.consolidated import tables

    if not data.missing:
        return _("Every municipality has a report.")
    return f"{tables.missing_heading(data, current())}: {tables.missing(data, current())}"


def _most(sent: Sent) -> Period | None:
    """The days that most reports are about."""
    from reports.consolidated.collect import most_reported

    return most_reported([each.report for each in sent.received])
