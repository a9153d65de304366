"""Choosing a backup: which ones there are, what is inside, what would be lost, and whose key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from models import clock
from models.safe import backups, keeping, keys, paperkeys, restoring, tending
from models.safe.backups import Backup
from models.safe.contents import Contents
from models.safe.restoring import Loss
from translations import N_, _, current, ngettext
from ui import faults, newest, work
from ui.entrance.paper_unlock import PaperUnlockForm
from ui.entrance.passwords import PasswordField
from ui.entrance.unlock import Unlocked, breakable
from ui.entrance.waiting import Wait
from ui.pieces.boxes import DIALOG, column, grid, label, named, row
from ui.pieces.buttons import Button
from ui.pieces.cards import Answer, Facts, heading, muted
from ui.pieces.dialog import answer_to
from ui.pieces.fields import Choice
from ui.pieces.grid import TableView
from ui.pieces.latest import Latest
from ui.pieces.rows import Column

if TYPE_CHECKING:
    from models.database import Database

AGAIN = 2_000  # milliseconds, where no backup was found


@dataclass(frozen=True)
class Wanted:
    """A backup that is to be restored, with the key that opens it and whose it is.

    `password` is the user's new one, where the backup was opened by a paper key. `is_let`: it is
    asked for no role, since a paper key opened it or who works in the present books has one.
    """

    file: Path
    login: str
    key: bytes = field(repr=False)
    password: str = field(default="", repr=False)
    is_let: bool = False

    def unlocked(self, folder: Path) -> Unlocked:
        """The restored books, opened with what opened the backup."""
        return Unlocked(folder, self.login, self.key, came="paper" if self.password else "")


@dataclass(frozen=True)
class Preview:
    """One backup as it is shown: who can open it, what would be lost, and who would come back."""

    backup: Backup
    logins: Sequence[str]
    loss: Loss
    is_older: bool
    returning: Sequence[str]
    is_under_earlier_key: bool
    erased_since: int


class RestoreDialog(QDialog):
    """Emits `chosen` with what is Wanted, once its password or a paper key has opened it.

    With `db` the backup is compared with the open books, else with what was last seen here.
    """

    chosen = Signal(object)
    columns = (
        Column(N_("Made"), lambda backup: clock.local(backup.made_at), width=20),
        Column(N_("Newest document"), lambda backup: backup.contents.day, width=16),
        Column(N_("Documents"), lambda backup: backup.contents.documents, width=10),
        Column(N_("Reason"), lambda backup: backup.reason, width=24),
        Column(N_("Folder"), lambda backup: str(backup.file.parent)),
    )

    def __init__(
        self, home: Path, db: Database | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.home = home
        self.db = db
        self.preview: Preview | None = None
        self._is_on_the_way = False  # through the list by keyboard
        self.setObjectName("RestoreDialog")
        self.setWindowTitle(_("Restore from a backup"))
        self.table = named(TableView(self.columns), "backups", _("Backups found"))
        self.table.selected_changed.connect(self._look)
        self.table.verticalScrollBar().rangeChanged.connect(self._keep_in_sight)
        self.again = Latest(self)
        self.again.ready.connect(self._offer)
        self.none = muted()
        self.browse = Button(_("Another file…"), self.ask_file, name="browse", icon="open")
        self.facts, self.warning = Facts(), Answer("warn", name="warning")
        self.user = named(Choice(name="user"), "user", _("User"))
        self.password = PasswordField("password")
        self.password.line.setAccessibleName(_("Password"))
        self.password.line.returnPressed.connect(self.restore)
        self.use_paper = Button(
            _("Use a paper key…"), self.use_paper_key, name="use_paper", flat=True
        )
        self.problem = Answer("bad", name="problem")
        self.cancel = Button(_("Cancel"), self.reject, name="cancel", shortcut="Esc")
        self.go = Button(
            _("Restore this backup"), self.restore, name="restore", icon="history", primary=True
        )
        self.wait = Wait(self, self.problem, self.go)
        self._show_nothing()
        self._lay_out()
        self._search()

    def ask_file(self) -> None:
        """Let the person point at a file."""
        self.again.forget()
        dialog = QFileDialog(self, _("Choose a file"))
        dialog.setObjectName("open_dialog")
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setNameFilter(f"Ogranak (*{backups.ENDING})")
        if answer_to(dialog) == QDialog.DialogCode.Accepted:
            self.look_at(Path(dialog.selectedFiles()[0]))
        elif self.none.isVisible():
            self._look_again()

    def look_at(self, file: Path) -> None:
        """Show what is inside, read through to its end; nothing of it can be restored before."""
        self.again.forget()
        self._show_nothing()
        title = _("Reading the backup…")
        work.run(self, title, lambda told: self._read(file), self._show, self._refuse)

    def restore(self) -> None:
        """Open the backup with what is typed; the key takes its time in a thread."""
        shown = self.preview
        if shown is None or not self.go.isEnabled():
            return
        login, password = self.user.value, self.password.value
        self.go.setEnabled(False)
        self.problem.say("")

        def opened(_progress: work.Progress) -> Wanted:
            file = shown.backup.file
            restoring.require_admitted(file, self.home, login)
            key = restoring.unlock(
                file,
                lambda inside: keys.unlock(inside, login, password, counted_in=self.home),
                self.home,
            )
            return Wanted(file, login, key)

        work.run(self, "", opened, self._succeed, self._refuse)

    def use_paper_key(self) -> None:
        """Open the backup without a password; its user gets a new one with the restored books."""
        shown = self.preview
        if shown is None:
            return
        file = shown.backup.file

        def opens(typed: str, login: str, password: str) -> Wanted:
            key = restoring.unlock(
                file,
                lambda inside: paperkeys.unlock(inside, typed, counted_in=self.home),
                self.home,
            )
            return Wanted(file, login, key, password, is_let=True)

        form = PaperUnlockForm(shown.logins, opens, self)
        if form.exec():
            self._succeed(form.result_value)

    def _search(self) -> None:
        title = _("Looking for backups…")
        work.run(self, title, lambda _told: self._find(), self._offer, self._refuse)

    def _look_again(self) -> None:
        """The stick may be plugged in meanwhile."""
        self.again.ask(self._find, AGAIN)

    def _find(self) -> tuple[Sequence[Backup], Backup | None]:
        """All of them, and the one to begin with. Runs in a thread."""
        found = tending.found(self.home)
        return found, restoring.suggested(found, self.home)

    def _offer(self, known: tuple[Sequence[Backup], Backup | None]) -> None:
        found, first = known
        self.table.set_rows(found)
        self.none.setText(
            "" if found else _("No backup was found here. Plug the stick in, or choose a file.")
        )
        self.none.setVisible(not found)
        self.table.setVisible(bool(found))
        if first:
            self.table.select(found.index(first))
        else:
            self._look_again()

    def _look(self) -> None:
        if self.table.selected is not None:
            clicked = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
            self._is_on_the_way = self.table.hasFocus() and not clicked
            self.look_at(self.table.selected.file)

    def _keep_in_sight(self) -> None:
        """What is said of a backup takes room from the list."""
        self.table.scrollTo(self.table.currentIndex())

    def _read(self, file: Path) -> Preview:
        """Runs in a thread."""
        from models.safe import container

        container.require_whole(file)
        backup, known = backups.read(file), keeping.read(self.home)
        lost = restoring.loss(self.db, self.home, backup)
        is_older = known.has_seen_more_than(backup.contents)
        returning = restoring.kept_out_since(file, self.home)
        earlier = restoring.is_under_earlier_key(file, self.home)
        gone = len(restoring.erased_since(backup, self.home))
        logins = restoring.logins(file)
        return Preview(backup, logins, lost, is_older, returning, earlier, gone)

    def _show(self, shown: Preview) -> None:
        self.preview = shown
        self.none.hide()
        self.facts.set_facts(facts_of(shown.backup))
        warnings = (said_of_loss(shown), said_of_people(shown), said_of_returning(shown),
                    said_of_erased(shown), said_of_keys(shown))  # fmt: skip
        self.warning.say("\n".join(filter(None, warnings)), "warn")
        welcome_first = sorted(shown.logins, key=lambda login: login in shown.returning)
        self.user.set_options([(login, login) for login in welcome_first])
        for part in (self.user, self.password, self.use_paper, self.go):
            part.setEnabled(True)
        self._make_room()
        if not self._is_on_the_way:
            self.password.line.setFocus()

    def _show_nothing(self) -> None:
        self.wait.end()
        self.preview = None
        self.problem.say("")
        self.warning.say("")
        self.facts.set_facts([])
        for part in (self.user, self.password, self.use_paper, self.go):
            part.setEnabled(False)

    def _refuse(self, problem: BaseException) -> None:
        self.problem.say(faults.with_code(problem))
        self._make_room()
        self.go.setEnabled(self.preview is not None)
        self.wait.begin(problem)
        self.password.line.selectAll()

    def _make_room(self) -> None:
        """Grow, as far as the screen goes, where what is said would be cut."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        most = self.screen().availableSize().height() - 60
        needed = layout.totalMinimumHeightForWidth(self.width())
        self.resize(self.width(), max(self.height(), min(needed, most)))

    def _succeed(self, wanted: Wanted) -> None:
        self.password.clear()
        self.accept()
        self.chosen.emit(wanted)

    def _lay_out(self) -> None:
        top, fields, ends = row(), grid(across=14), row()
        top.addWidget(heading(_("Restore from a backup"), "subtitle"), 1)
        top.addWidget(self.browse)
        for line, (said, part) in enumerate(
            ((_("User"), self.user), (_("Password"), self.password))
        ):
            caption = label(said, wrap=False)
            caption.setBuddy(part)
            fields.addWidget(caption, line, 0, Qt.AlignmentFlag.AlignTop)
            fields.addWidget(part, line, 1)
        fields.setColumnStretch(1, 1)
        ends.addStretch(1)
        ends.addWidget(self.cancel)
        ends.addWidget(self.go)
        whole = column(self, spacing=12, margins=DIALOG)
        whole.addLayout(top)
        whole.addWidget(self.none)
        whole.addWidget(self.table, 99)
        whole.addWidget(self.facts)
        whole.addWidget(self.warning)
        whole.addLayout(fields)
        whole.addStretch(1)  # takes the room where there is no list
        below = row()
        below.addWidget(muted(_("The password is the one of the day of the backup.")), 1)
        below.addWidget(self.use_paper)
        whole.addLayout(below)
        whole.addWidget(self.problem)
        whole.addLayout(ends)
        self.resize(self.fontMetrics().averageCharWidth() * 130, 640)


def facts_of(backup: Backup) -> list[tuple[str, object]]:
    """What is inside, as the preview says it."""
    inside: Contents = backup.contents
    return [
        (_("Made"), clock.local(backup.made_at)),
        (_("Newest document"), newest.document(inside)),
        (_("Documents"), inside.documents),
        (_("Entries of aid"), inside.counts.get("encounter", 0)),
        (_("Volunteers"), inside.counts.get("volunteer", 0)),
        *([] if backup.has_people else [(_("People"), _("without people"))]),
        (_("File"), breakable(str(backup.file))),
    ]


def said_of_people(shown: Preview) -> str:
    """What a backup lacks that is kept longer than an erasure may wait."""
    if shown.backup.has_people:
        return ""
    return _(
        "This backup has no people any more: counts, hours and the stock book are in it, but no "
        "name of a volunteer and nothing that a card said."
    )


def said_of_returning(shown: Preview) -> str:
    """Who was kept out since the backup was made, and would no longer be."""
    if not shown.returning:
        return ""
    return _(
        "With this backup they can sign in again: {names}. Afterwards take that away once more in"
        " the settings, under Users."
    ).format(names=", ".join(shown.returning))


def said_of_erased(shown: Preview) -> str:
    """Who was erased since the backup was made: a restore does not bring them back."""
    if not shown.erased_since:
        return ""
    said = ngettext(
        "{count} person was erased on request after this backup was made, and will be erased again"
        " when it is restored.",
        "{count} persons were erased on request after this backup was made, and will be erased"
        " again when it is restored.",
        shown.erased_since,
    )
    return said.format(count=current().show(shown.erased_since))


def said_of_keys(shown: Preview) -> str:
    """That a restore undoes a new data key, which was made for a reason.

    On the way back from a wrong restore it is the newer key that returns.
    """
    if not shown.is_under_earlier_key or shown.loss.is_aside:
        return ""
    return _(
        "This backup has another data key than the books here: the passwords and paper keys of"
        " its day will be valid again. If the key was changed after a theft, change it again"
        " after the restore."
    )


def said_of_loss(shown: Preview) -> str:
    """What the present books hold and the backup does not; nothing where nothing is lost."""
    if shown.loss.is_other:
        return _("These are other books than those here. The present ones will be put aside.")
    if shown.loss.is_aside:
        return _(
            "This backup holds entries that are not in the present books. What was entered only in"
            " the present ones will be missing."
        )
    if shown.loss.documents:
        said = ngettext(
            "This backup is older than what this computer last saw:"
            " {count} document entered since will be missing.",
            "This backup is older than what this computer last saw:"
            " {count} documents entered since will be missing.",
            shown.loss.documents,
        )
        return said.format(count=current().show(shown.loss.documents))
    if shown.is_older:
        return _(
            "This backup is older than what this computer last saw: changes entered since"
            " will be missing."
        )
    return ""
