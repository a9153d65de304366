"""The backups: when the last good one was made, where they lie, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from models import clock
from models.rights import may
from models.safe import afar, backups, keeping, parting, restoring, tending, travel, whereabouts
from models.safe.afar import Danger
from models.safe.backups import Backup, Reason
from models.safe.keeping import Former, Keeping
from translations import N_, _, current
from ui import messages, work
from ui.entrance.keeper import said_of_danger, said_of_doubt, said_of_left_over
from ui.entrance.restore import RestoreDialog
from ui.entrance.unlock import breakable
from ui.form import Form
from ui.office.parting import PartingForm
from ui.office.server import NoHome, home_of
from ui.office.travel import TravelForm
from ui.pieces.cards import Answer, muted
from ui.pieces.dialog import answer_to
from ui.pieces.folder import FolderField
from ui.table import Column, TablePage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

MEGABYTE = 1_000_000
KEEP = N_(
    "The backup {file} holds entries that these books lack. Keep these books only if that backup is"
    " lost or wrong: what is missing is then entered again by hand. The backup stays where it is,"
    " and the record of acts says who decided."
)
PAUSED = N_(
    "The books were restored. No old backup is deleted until the secretary or an administrator says"
    " that they are right."
)
NO_BACKUPS = N_("A travel copy needs no backup: make a new one from the books.")
LOST = N_(
    "A lost stick or disk with backups is a breach of personal data: record it in the settings,"
    " under Breaches of personal data. If somebody may know a password or a paper key, make a new"
    " data key, under Keys."
)


def people(backup: Backup) -> str:
    return "" if backup.has_people else _("without people")


class BackupsPage(TablePage):
    """The backups in their folder; above them, how things stand."""

    title = N_("Backups")
    scrolls = True
    searchable = False
    columns: Sequence[Column] = (
        Column(N_("Made"), lambda backup: clock.local(backup.made_at), width=18),
        Column(N_("Newest document"), lambda backup: backup.contents.day, width=14),
        Column(N_("Documents"), lambda backup: backup.contents.documents, width=10),
        Column(N_("Reason"), lambda backup: backup.reason),
        Column(N_("People"), people, width=14, rare=True),
        Column(N_("MB"), lambda backup: max(1, backup.size // MEGABYTE), width=5),
    )
    empty_text = N_("There is no backup yet.")

    restore_wanted = Signal(object)  # Wanted
    parted = Signal(object)  # Backup: the books are safe elsewhere, and are to be wiped here
    kept = Signal()  # a backup was made, or the folders are others

    def __init__(self, db: Database) -> None:
        self.columns = (
            *type(self).columns,
            Column(N_("Folder"), self._folder_of, width=18, rare=True),
        )
        super().__init__(db)
        self.place = Path()
        self.dangers: Sequence[Danger] = ()
        self.is_without = False  # the last good backup lies elsewhere than in the folder of today
        self.state = Answer("good", name="state")
        self.places = muted()
        if db.home is None:
            self.empty_text = NoHome.message
        elif db.copied_on:
            self.empty_text = NO_BACKUPS
        else:
            self._add_verbs_of_backups()
        self.body.insertWidget(1, self.state)
        self.body.insertWidget(2, self.places)

    def load(self, session: Session, search: str) -> Sequence[Backup]:
        if self.db.home is None or self.db.copied_on:
            return ()
        self.dangers = afar.dangers(session, self.db.home)
        known, found = keeping.read(self.db.home), tending.listed(self.db.home)
        self.place = keeping.place(self.db.home, known)
        here = (backup for backup in found if backup.file.parent == self.place)
        self.is_without = bool(known.last_good) and not backups.own(here, self.db.home)
        return found

    def identity(self, row: Any) -> Any:
        return row.file

    def reload(self) -> None:
        super().reload()
        self._say_state()

    def retranslate(self) -> None:
        super().retranslate()
        self._say_state()

    def back_up(self) -> None:
        """Make a backup now."""
        save = partial(backups.save, self.db, home_of(self.db), Reason.BY_HAND)
        self._run(_("Making a backup…"), save, _("The backup is made and verified."))

    def to_stick(self) -> None:
        """Make a backup and copy it to the second folder, read back there."""
        home = home_of(self.db)
        if not keeping.read(home).second:
            raise backups.NoSecond

        def copy() -> Backup:
            backups.save_if_changed(self.db, home, Reason.BY_HAND)
            return backups.copy_to_second(home)

        self._run(_("Copying to the stick…"), copy, _("The copy is made and was read back."))

    def try_out(self) -> None:
        """Restore the newest backup beside, check it, throw it away."""
        home = home_of(self.db)
        rehearse = partial(restoring.rehearse, self.db, home)
        self._run(_("Trying the newest backup out…"), rehearse, _("The newest backup was tried."))

    def restore(self) -> None:
        """Choose a backup; the window above puts it in the place of the books."""
        dialog = RestoreDialog(home_of(self.db), self.db, self)
        dialog.chosen.connect(self.restore_wanted)
        answer_to(dialog)

    def travel_copy(self) -> None:
        """The books without people, to look at on a laptop."""
        form = TravelForm(self.db, self)
        if form.exec():
            where = str(form.result_value)
            self.say(_("The travel copy is checked and lies in {folder}").format(folder=where))

    def close_computer(self) -> None:
        """Take the books to another drive; the window above wipes them here and ends."""
        form = PartingForm(self.db, self)
        if form.exec():
            self.parted.emit(form.result_value)

    def choose_folders(self) -> None:
        """What is chosen gets its first backup at once."""
        if FoldersForm(self.db, self).exec():
            self._changed()
            if self.is_without:
                self.back_up()

    def backups_made(self) -> None:
        """One was made elsewhere: by itself, before an import, when the program was locked."""
        self.reload()

    def confirm(self) -> None:
        """These books are right: old backups may be thinned out again."""
        home = home_of(self.db)
        later = keeping.read(home).beyond
        if later:
            asked = _(KEEP).format(file=breakable(later))
            if not messages.confirm(self, asked, _("Keep these books")):
                return
            restoring.keep_these(self.db, home)
        if keeping.read(home).is_paused:
            restoring.confirm(self.db, home)
        self._changed()

    def _folder_of(self, backup: Backup) -> str:
        """Where one lies that is not in the folder of today."""
        folder = backup.file.parent
        return "" if folder == self.place else str(folder)

    def _run(self, title: str, function: Callable[[], object], said: str) -> None:
        def done(_result: object) -> None:
            self.say(said)
            self._changed()

        work.run(self, title, lambda _told: function(), done)

    def _changed(self) -> None:
        self.reload()
        self.kept.emit()

    def _say_state(self) -> None:
        if self.db.home is None or self.db.copied_on:
            return
        known = keeping.read(self.db.home)
        chooses = may(self.db.roles, whereabouts.choose)
        said, tone = standing(known, self.db.home, self.dangers, chooses=chooses)
        if tone == "good" and self.is_without:
            said, tone = _("In the folder chosen there is no backup yet. Make one now."), "warn"
        self.state.say(said, tone)
        self.places.setText("\n".join(_lines(self.db.home, known)))
        is_asked = known.is_paused or bool(known.beyond)
        self.confirm_button.setVisible(is_asked and may(self.db.roles, restoring.confirmed))

    def _add_verbs_of_backups(self) -> None:
        self.add_action(N_("Back up now"), self.back_up, primary=True, icon="backup",
                        shortcut="Ctrl+B")  # fmt: skip
        self.add_action(N_("To the stick"), self.to_stick, icon="save")
        self.add_action(N_("Restore…"), self.restore, icon="history", does=restoring.begun)
        self.add_action(N_("Folders…"), self.choose_folders, icon="open",
                        does=whereabouts.choose)  # fmt: skip
        self.add_action(N_("Try one out"), self.try_out, icon="check")
        self._add_verbs_of_leaving()
        self.confirm_button = self.add_action(N_("These books are right"), self.confirm)

    def _add_verbs_of_leaving(self) -> None:
        self.add_action(N_("Travel copy…"), self.travel_copy, icon="issue", does=travel.begun)
        if self.db.folder is not None:  # else no key lies here
            self.add_action(N_("Close this computer…"), self.close_computer, icon="stop",
                            does=parting.begun)  # fmt: skip


class FoldersForm(Form):
    """Where backups go: the folder for all, and the stick or second folder for a weekly copy."""

    def __init__(self, db: Database, parent: QWidget | None) -> None:
        super().__init__(db, _("Folders for backups"), parent)
        self.home = home_of(db)
        known = keeping.read(self.home)
        self.first = self._folder(_("All backups"), str(keeping.place(self.home, known)), "first")
        self.second = self._folder(_("Copy every week"), known.second, "second")
        self.add_note(
            _("A USB stick kept elsewhere: a backup on the same disk is lost with the disk.")
        )
        out = (each for each in known.former if not each.is_there(self.home))
        self.lost = [(each, self._box_of_lost(each)) for each in out]
        if self.lost:
            self.add_note(_(LOST))

    def save(self, session: Session) -> Keeping:
        lost = [each.folder for each, box in self.lost if box.isChecked()]
        first, second = self.first.value, self.second.value
        return whereabouts.choose(session, self.home, first, second, lost)

    def _saved(self) -> None:
        """What was chosen holds once the record of acts says so."""
        keeping.keep(self.home, self.result_value)
        super()._saved()

    def _box_of_lost(self, former: Former) -> QCheckBox:
        box = QCheckBox(_("It is lost: do not look for it any more"))
        return self.add_field(breakable(former.folder), box, "lost")

    def _folder(self, said: str, path: str, name: str) -> FolderField:
        field = FolderField(said, name)
        field.set_value(path)
        return self.add_field(said, field, required=False)


def standing(
    known: Keeping, home: Path, dangers: Sequence[Danger], *, chooses: bool = True
) -> tuple[str, str]:
    """How the backups stand, in one sentence, and its tone.

    `chooses` is whether who looks on may choose the folders.
    """
    if said := said_of_doubt(known, chooses=chooses):
        return said, "bad"
    if known.is_paused:
        return _(PAUSED), "warn"
    if known.last_good is None:
        return _("There is no backup yet. One is made when the program is closed."), "warn"
    moment = current().show(clock.local(known.last_good))
    if known.is_late(clock.now()):
        return _("The last good backup is old: {moment}").format(moment=moment), "bad"
    if dangers:
        return "\n".join(said_of_danger(each, chooses=chooses) for each in dangers), "bad"
    if said := said_of_left_over(known, home, chooses=chooses):
        return said, "warn"
    return _("Last good backup: {moment}").format(moment=moment), "good"


def _lines(home: Path, known: Keeping) -> Iterator[str]:
    """Where they lie, when the stick last had a copy, and when one was last tried out."""
    show = current().show
    where = breakable(str(keeping.place(home, known)))
    yield _("Folder: {folder}").format(folder=where)
    for each in known.former:
        folder = breakable(each.folder)
        said = _("Before: {folder}") if each.is_there(home) else _("Before: {folder}, not there")
        yield said.format(folder=folder)
    if not known.second:
        yield _("No stick is chosen: a backup on the same disk is lost with the disk.")
    elif known.last_second is None:
        yield _("Stick: {folder}, no copy yet").format(folder=breakable(known.second))
    else:
        said, moment = _("Stick: {folder}, last copy {moment}"), clock.local(known.last_second)
        yield said.format(folder=breakable(known.second), moment=show(moment))
    if known.last_test:
        yield _("Last tried out: {moment}").format(moment=show(clock.local(known.last_test)))
