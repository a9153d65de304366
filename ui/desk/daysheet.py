"""Import of a day sheet: choose a file, see what it says and where it is faulty, take it in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QStackedWidget, QWidget

from models.errors import DomainError
from models.goods import places
from models.goods.places import Place
from models.periods import Period
from models.safe import backups
from models.safe.backups import Reason
from models.sheets import daysheet
from models.sheets.daysheet import CellProblem, ImportedFile, Preview
from translations import N_, _, current, ngettext
from ui import messages, remembered, work
from ui.desk import sheetrows
from ui.papers import saving
from ui.pieces.boxes import DIALOG, column, label, named, row
from ui.pieces.buttons import Button
from ui.pieces.cards import Answer, Empty, heading, muted
from ui.pieces.dialog import Dialog, answer_to
from ui.pieces.fields import Choice
from ui.pieces.grid import TableView
from ui.pieces.rows import Column

if TYPE_CHECKING:
    from models.database import Database

FOLDER = "import/folder"


class DaySheetDialog(Dialog):
    """Shows what a file would enter; `said` is the sentence about it when it was taken in."""

    backed_up = Signal()  # but nothing taken in: the books have changed since the check
    problem_columns = (
        Column(N_("Row"), lambda problem: problem.row, width=7),
        Column(N_("Column"), lambda problem: problem.column, width=20),
        Column(N_("What is wrong"), lambda problem: problem.text()),
    )

    def __init__(self, db: Database, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.db = db
        self.path: Path | None = None
        self.preview: Preview | None = None
        self.under_way: work.Work | None = None
        self.said = ""
        self.days: Period | None = None  # of what was imported
        self.setWindowTitle(_("Import a day sheet"))
        self.setObjectName("DaySheetDialog")
        self.choose_button = Button(
            _("Choose a file…"), self.choose, name="choose", icon="open", shortcut="Ctrl+O"
        )
        self.template_button = Button(
            _("Save an empty template…"), self.save_template, name="template", icon="save"
        )
        self.store = named(Choice(name="store"), "store", _("Goods leave from"))
        self.store.changed.connect(self.check_again)
        self.answer = Answer(name="answer")
        self.totals = muted()
        self.only_faulty = named(QCheckBox(_("Only rows with faults")), "only_faulty")
        self.only_faulty.setAccessibleName(self.only_faulty.text())
        self.only_faulty.toggled.connect(self._show_rows)
        self.empty = Empty()
        self.stack = QStackedWidget()
        self.table = TableView(())
        self.problems = named(TableView(self.problem_columns), "problems", _("Faulty cells"))
        self.problems.selected_changed.connect(self._go_to_cell)
        self.close_button = Button(_("Close"), self.reject, name="close", shortcut="Esc")
        self.import_button = Button(
            _("Import"), self.take_in, name="import", icon="import", primary=True,
            shortcut="Ctrl+Return",
        )  # fmt: skip
        for keys, verb in (("Ctrl+O", self.choose), ("Ctrl+Return", self.take_in)):
            QShortcut(QKeySequence(keys), self, verb)
        self._lay_out()
        self._offer_stores()
        self._show_nothing()
        self.empty.button.setFocus()

    def choose(self) -> None:
        """Ask for a file and read it."""
        if path := ask_file(self):
            self.read(path)

    def read(self, path: Path) -> None:
        """Read a file and check it, off the main thread."""
        self.path = path
        self._check(lambda: daysheet.read(path))

    def check_again(self) -> None:
        """Check the same file as it was read, with the goods from elsewhere."""
        if self.preview is not None:
            sheet = self.preview.sheet
            self._check(lambda: sheet)

    def take_in(self) -> None:
        """Enter every row, or none when a rule says no."""
        preview, store_id = self.preview, self.store.value
        if preview is None or not preview.is_ready:
            return

        def enter(progress: work.Progress) -> ImportedFile:
            backups.save_before(self.db, Reason.IMPORT)
            with self.db.write() as session:
                store = session.get(Place, store_id) if store_id else None
                return daysheet.take_in(session, preview, store, progress)

        self._run(_("Importing the day sheet…"), enter, self._taken_in, self._refused)

    def save_template(self) -> None:
        """Save an empty day sheet with the headings of the current language."""
        code, name = current().code, _("Day sheet")
        saving.save(self, name, "csv", lambda: daysheet.template(code), self._template_saved)

    def reject(self) -> None:
        """Close; while something is under way, stop that instead."""
        if self.under_way:
            self.under_way.cancel()
        else:
            super().reject()

    def changeEvent(self, event: QEvent) -> None:
        """What is said of the file, and the heads above it, are said in the language of now."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and self.preview is not None:
            self._show(self.preview)

    def _check(self, read: Callable[[], daysheet.Sheet]) -> None:
        store_id = self.store.value

        def check(progress: work.Progress) -> Preview:
            sheet = read()
            with self.db.read() as session:
                store = session.get(Place, store_id) if store_id else None
                return daysheet.check(session, sheet, store, progress)

        self._run(_("Reading the day sheet…"), check, self._show, self._failed)

    def _run(
        self,
        title: str,
        function: Callable[[work.Progress], Any],
        on_done: Callable[[Any], object],
        on_failed: Callable[[BaseException], object],
    ) -> None:
        """One thing at a time, off the main thread."""
        if self.under_way:
            return
        self.import_button.setEnabled(False)
        self.under_way = work.run(self, title, function, on_done, on_failed)
        self.under_way.finished.connect(self._settle)

    def _settle(self) -> None:
        self.under_way = None
        self.import_button.setEnabled(self.preview is not None and self.preview.is_ready)
        if self.preview is None:
            self.empty.button.setFocus()
        else:
            (self.import_button if self.preview.is_ready else self.problems).setFocus()

    def _show(self, preview: Preview) -> None:
        self.preview = preview
        self.answer.say(*sheetrows.judgement(preview))
        self.totals.setText(sheetrows.totals(preview))
        self.problems.set_rows(preview.problems)
        self.problems.setVisible(bool(preview.problems))
        self.only_faulty.setVisible(bool(preview.problems))
        self.choose_button.show()
        self._replace_table(TableView(sheetrows.columns(preview)))
        self._show_rows()

    def _replace_table(self, table: TableView) -> None:
        """Each file has columns of its own, so each gets a table of its own."""
        old, self.table = self.table, named(table, "rows", _("Rows of the day sheet"))
        self.stack.removeWidget(old)
        old.deleteLater()
        self.stack.addWidget(table)
        self.stack.setCurrentWidget(table)

    def _show_rows(self) -> None:
        if self.preview is None:
            return
        rows = sheetrows.rows(self.preview)
        if self.only_faulty.isChecked() and self.preview.problems:
            rows = [row for row in rows if row.faults]
        self.table.set_rows(rows)

    def _go_to_cell(self) -> None:
        """Bring the cell of the chosen problem into sight."""
        problem: CellProblem | None = self.problems.selected
        numbers = [row.number for row in self.table.model_.rows]
        if self.preview and problem is not None and problem.row in numbers:
            at = numbers.index(problem.row)
            self.table.select(at)
            column_ = sheetrows.column_of(self.preview, problem.position)
            self.table.scrollTo(self.table.model_.index(at, column_))

    def _taken_in(self, file: ImportedFile) -> None:
        said = ngettext("{count} row was imported.", "{count} rows were imported.", file.rows)
        self.said = said.format(count=current().show(file.rows))
        if self.preview and self.preview.totals.first and self.preview.totals.last:
            self.days = Period(self.preview.totals.first, self.preview.totals.last)
        self.accept()

    def _failed(self, problem: BaseException) -> None:
        """A sentence about the file stands in the dialog; what else went wrong, in a box."""
        if not isinstance(problem, DomainError):
            messages.explain(self, problem)
            return
        self._show_nothing()
        self.totals.setText(self.path.name if self.path else "")
        self.answer.say(problem.text(), "bad")

    def _refused(self, problem: BaseException) -> None:
        """The books have changed since the check: check again, to show which cells it is about."""
        self.backed_up.emit()
        if not isinstance(problem, DomainError):
            messages.explain(self, problem)
            return
        QTimer.singleShot(0, self.check_again)  # when this work is wholly done

    def _show_nothing(self) -> None:
        self.preview = None
        self.answer.say("")
        self.totals.clear()
        self.problems.hide()
        self.only_faulty.hide()
        self.import_button.setEnabled(False)
        self.choose_button.hide()
        self.stack.setCurrentWidget(self.empty)
        sentence = _(
            "A day sheet is a table whose rows say what was given, where and to how many. "
            "Nothing is entered before you have seen it."
        )
        self.empty.say(sentence, _("Choose a file…"), self.choose)

    def _template_saved(self, path: Path) -> None:
        self.answer.say(_("Saved as {file}.").format(file=path.name), "good")

    def _offer_stores(self) -> None:
        with self.db.read() as session:
            known = [(place.id, place.name) for place in places.overview(session)]
        self.store.none = _("the place of each row")
        self.store.set_options(known)

    def _lay_out(self) -> None:
        layout = column(self, spacing=12, margins=DIALOG)
        verbs, found, ends = row(), row(), row()
        verbs.addWidget(self.choose_button)
        verbs.addWidget(self.template_button)
        verbs.addStretch(1)
        caption = label(_("Goods leave from"), wrap=False)
        caption.setBuddy(self.store)
        verbs.addWidget(caption)
        verbs.addWidget(self.store)
        found.addWidget(self.totals, 1)
        found.addWidget(self.only_faulty, 0, Qt.AlignmentFlag.AlignBottom)
        ends.addStretch(1)
        ends.addWidget(self.close_button)
        ends.addWidget(self.import_button)
        self.stack.addWidget(self.empty)
        self.problems.setMaximumHeight(self.fontMetrics().height() * 11)
        layout.addWidget(heading(_("Import a day sheet"), "subtitle"))
        layout.addLayout(verbs)
        layout.addWidget(self.answer)
        layout.addLayout(found)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.problems)
        layout.addLayout(ends)
        self.resize(1120, 660)


def ask_file(parent: QWidget) -> Path | None:
    """The file a person chooses; None when they think better of it."""
    dialog = QFileDialog(parent, _("Choose a file"), remembered.folder(FOLDER))
    dialog.setObjectName("open_dialog")
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)  # the system's would speak its own
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter("CSV, Excel (*.csv *.txt *.tsv *.xlsx *.xlsm)")
    if answer_to(dialog) != QDialog.DialogCode.Accepted:
        return None
    path = Path(dialog.selectedFiles()[0])
    remembered.write(FOLDER, str(path.parent))
    return path
