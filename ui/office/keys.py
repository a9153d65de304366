"""Keys and locking: paper keys, passwords of others, PINs, a new data key, and when to lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from models import clock
from models.office import access, aftermath, branch, pins, users
from models.office.aftermath import Left
from models.office.users import UserRow
from models.rights import may
from models.roles import Role
from models.safe import keys, paperkeys, passwords, renewal
from translations import N_, _, current
from ui import remembered, work
from ui.entrance import idle
from ui.entrance.new_password import NewPassword
from ui.entrance.passwords import PasswordField
from ui.form import Form
from ui.office.paper_keys import NewPaperKeysForm, PaperKeysForm
from ui.office.server_forms import OwnerForm, ServerPaperKeysForm, act_as
from ui.office.task_form import NO_FOLDER, NOT_YOURS, KeyForm, TaskForm
from ui.page import Page
from ui.pieces.boxes import column, fields, label
from ui.pieces.cards import Answer, Card, muted
from ui.pieces.fields import Choice

if TYPE_CHECKING:
    from models.database import Database

THEFT = N_(
    "After a theft of the computer, of a backup with its password, or of a paper key: the books are"
    " written anew under a new key. Old passwords and paper keys open nothing any more. Backups"
    " made before open as before, with the passwords of their day: destroy those you can."
)
SERVER_THEFT = N_(
    "After a theft of a computer, of a backup with its password, or of a paper key: backups made"
    " from now on are under a new key. Old passwords and paper keys open none of them. Backups made"
    " before open as before, with the passwords of their day: destroy those you can."
)
LEFT_OUT = N_(
    "Whoever gets no password here cannot enter until you give them one under “New password for a"
    " user…”."
)

LEFT_OVER = N_("Since {day} there is a new key. What is left to be done after the theft:")
LEFT_TO_DO = {
    Left.PASSWORDS: N_("Give a new password to whoever got none: “New password for a user…”."),
    Left.COPY: N_("Make a copy under the new key: Backups, “To the stick”."),
    Left.PAPERS: N_("Type the new paper keys back, and destroy the old ones."),
    Left.BACKUPS: N_(
        "Delete the backups under the old key: Backups, “Delete those under the old key…”."
    ),
    Left.BREACH: N_(
        "Record the breach under Breaches of personal data: the Agency is to be told within 72"
        " hours."
    ),
}
HAND_OVER = N_("The new password is set. Hand it over in person.")
KEPT = N_(
    "Whoever gets no password here keeps the one they have on the server, and the backups of the"
    " days to come open with it once they have signed in. Give a new one to everybody whose"
    " password may be known."
)


class KeysPage(Page):
    """What stands between the books and whoever should not read them."""

    title = N_("Keys")
    scrolls = True

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.papers, self.locking = Card(), Card()
        self.left_to_do = Answer("warn", name="left_to_do")
        self.state = Answer(name="paper_state")
        self.pin_state, self.on_server = muted(), muted()
        self.caption, self.explained = label(wrap=False), muted()
        self.minutes = Choice((), name="minutes")
        self.minutes.changed.connect(self._choose_minutes)
        self.whose = muted()
        self._add_actions()
        self._lay_out()  # after the verbs: Tab comes to what stands below them later

    def reload(self) -> None:
        looks_after = may(self.db.roles, access.make_paper_keys)
        self.papers.setVisible(looks_after)
        self.on_server.setVisible(self.db.folder is None)
        may_set = may(self.db.roles, access.lock_after)
        self.minutes.setEnabled(may_set)
        self.whose.setVisible(not may_set)
        if looks_after:
            self.state.say(*self._said_of_papers())
            self.left_to_do.say("\n".join(self._lines_left()))
        self._show_pin()

    def retranslate(self) -> None:
        super().retranslate()
        self.papers.set_title(_("Paper keys"))
        self.locking.set_title(_("Locking"))
        self.on_server.setText(_(NO_FOLDER))
        self.caption.setText(_("Lock when nobody works for"))
        self.minutes.setAccessibleName(_("Lock when nobody works for"))
        self.whose.setText(_("The secretary or an administrator sets this."))
        self.explained.setText(
            _("Ctrl+L locks at once. What is typed stays, and nobody can see it meanwhile.")
        )
        self._name_minutes()
        self.reload()

    def new_papers(self) -> None:
        is_file = self.db.folder is not None
        form = NewPaperKeysForm(self.db, self) if is_file else ServerPaperKeysForm(self.db, self)
        if form.exec():
            self.print_papers(form.result_value)

    def print_papers(self, made: tuple[str, ...]) -> None:
        """Print and type back what was just made; whether that was done shows on the page."""
        PaperKeysForm(self.db, made, self).exec()
        self.reload()

    def type_back(self) -> None:
        """For papers printed before."""
        if self._known():
            self.print_papers(())
        else:
            self.new_papers()

    def give_password(self) -> None:
        form = UserPasswordForm(self.db, self)
        if form.exec():
            self.say(_(HAND_OVER))
        self.reload()

    def own_pin(self) -> None:
        if PinForm(self.db, self).exec():
            self.say(_("Your PIN is set. It changes the user while the books are open."))
        self.reload()

    def drop_pin(self) -> None:
        with self.db.write() as session:
            pins.drop(session)
        self.reload()

    def renew(self) -> None:
        form = RenewForm(self.db, self)
        if form.exec():
            self.say(_("The books have a new key. Print the new paper keys now."))
            self.print_papers(form.result_value)

    def renew_backups(self) -> None:
        form = ServerRenewForm(self.db, self)
        if form.exec():
            self.say(_("The backups have a new key. Print the new paper keys now."))
            self.print_papers(form.result_value)

    def _add_actions(self) -> None:
        looks_after, is_file = may(self.db.roles, access.make_paper_keys), bool(self.db.folder)
        if looks_after:
            self.add_action(N_("New paper keys…"), self.new_papers, icon="print")
            self.add_action(N_("Type paper keys back…"), self.type_back, icon="keyboard")
        if looks_after and is_file:
            self.add_action(N_("New password for a user…"), self.give_password, icon="user")
            self.add_action(N_("New data key after a theft…"), self.renew, icon="lock")
        elif looks_after:
            said = N_("New key of the backups after a theft…")
            self.add_action(said, self.renew_backups, icon="lock")
        if Role.DESK in self.db.roles:
            self.add_action(N_("My PIN…"), self.own_pin, icon="edit")
            self.add_action(N_("Remove my PIN"), self.drop_pin, icon="remove")

    def _known(self) -> list[paperkeys.PaperKey]:
        with self.db.read() as session:
            return access.paper_keys(session, self.db.folder)

    def _said_of_papers(self) -> tuple[str, str]:
        """What is known of the paper keys, and how good that is."""
        known = self._known()
        if not known:
            return _("There are no paper keys yet. Make them now."), "warn"
        numbers = ", ".join(str(paper.number) for paper in known[-paperkeys.PAPERS :])
        said = _("Paper keys no. {numbers} of {day}").format(
            numbers=numbers, day=current().day(known[-1].made_on)
        )
        if paperkeys.suffice(known):
            return _("{papers}: printed and typed back.").format(papers=said), "good"
        return _("{papers}: not typed back yet.").format(papers=said), "warn"

    def _lines_left(self) -> Iterator[str]:
        """What is to be done under a new key and is not done yet."""
        with self.db.read() as session:
            found = aftermath.look(session)
        if found:
            yield _(LEFT_OVER).format(day=current().day(clock.local(found.since).date()))
            yield from (_(LEFT_TO_DO[each]) for each in found.left)

    def _show_pin(self) -> None:
        self.pin_state.setVisible(Role.DESK in self.db.roles)
        with self.db.read() as session:
            has_one = pins.has_one(session)
        self.pin_state.setText(_("You have a PIN.") if has_one else _("You have no PIN."))

    def _choose_minutes(self) -> None:
        if self.minutes.value not in (None, idle.minutes()):
            self._act(self._keep_minutes)
            self._name_minutes()  # those of before, where it was refused

    def _keep_minutes(self) -> None:
        """It stands in the record first: what nobody hears of is not changed."""
        chosen = self.minutes.value
        with self.db.write() as session:
            access.lock_after(session, chosen)
        remembered.write(idle.SETTING, chosen)

    def _name_minutes(self) -> None:
        kept = idle.minutes()
        self.minutes.blockSignals(True)
        self.minutes.set_options([(each, _minutes(each)) for each in idle.MINUTES])
        self.minutes.set_value(kept)
        self.minutes.blockSignals(False)

    def _lay_out(self) -> None:
        self.papers.body.addWidget(self.state)
        rows = fields()
        rows.setFieldGrowthPolicy(rows.FieldGrowthPolicy.FieldsStayAtSizeHint)
        rows.addRow(self.caption, self.minutes)
        self.caption.setBuddy(self.minutes)
        self.locking.body.addLayout(rows)
        self.locking.body.addWidget(self.whose)
        self.locking.body.addWidget(self.explained)
        self.locking.body.addWidget(self.pin_state)
        below = column(spacing=14)
        for part in (self.left_to_do, self.on_server, self.papers, self.locking):
            below.addWidget(part)
        below.addStretch(1)
        self.body.addLayout(below, 1)


class UserPasswordForm(KeyForm):
    """A new password for one who forgot theirs; `login` is whoever is chosen at first."""

    def __init__(self, db: Database, parent: QWidget | None, login: str = "") -> None:
        super().__init__(db, _("New password for a user"), parent)
        self.user = self.add_field(_("User"), Choice(name="user"))
        self.user.set_options([(row.login, row.name) for row in _others(db)])
        if login:
            self.user.set_value(login)
        self.fresh = self.add_wide(
            _("New password"), NewPassword(lambda: (self.user.value or "", *self.known))
        )
        self.add_heading(_("To confirm"))
        self.add_field(_("Your own password"), self.own)

    def task(self) -> work.Task:
        folder, login, own = self.folder, self.login, self.own.value
        other, password = self.user.value, self.fresh.value

        def give(_progress: work.Progress) -> None:
            key = keys.unlock(folder, login, own)
            with self.db.write() as session:
                access.set_password(session, other, folder, key, password)

        return give


class PinForm(TaskForm):
    """One's own PIN, typed twice, and the password that says whose it is."""

    def __init__(self, db: Database, parent: QWidget | None) -> None:
        super().__init__(db, _("My PIN"), parent)
        self.rows.addRow(
            muted(
                _(
                    "With it you begin to work at the desk when the books are open already. It is"
                    " valid until the program is locked or the day ends."
                )
            )
        )
        self.own = self.add_field(
            _("Your own password"), PasswordField("own_password"), required=True
        )
        self.pin = self.add_field(_("PIN of four to six digits"), _pin_line("pin"), required=True)
        self.again = self.add_field(_("The same PIN again"), _pin_line("again"), required=True)

    def task(self) -> work.Task:
        db, own, pin, again = self.db, self.own.value, self.pin.text(), self.again.text()

        def choose(_progress: work.Progress) -> None:
            if pin != again:
                raise pins.Differs
            pins.set_own(db, own, pin)

        return choose

    def _refuse(self, problem: BaseException) -> None:
        if isinstance(problem, keys.WrongPassword):
            self.show_problem(_(NOT_YOURS), self.own)
        else:
            super()._refuse(problem)


class RenewForm(KeyForm):
    """New books under a new key, with new passwords; `result_value` are the paper keys."""

    doing = N_("Writing the books anew…")

    def __init__(self, db: Database, parent: QWidget | None) -> None:
        super().__init__(db, _("New data key after a theft"), parent)
        self.rows.addRow(muted(_(THEFT)))
        self.add_field(_("Present password"), self.own)
        self.fresh = self.add_wide(
            _("Your new password"), NewPassword(lambda: (self.login, *self.known))
        )
        self.others = _add_others(self)
        if self.others:
            self.rows.addRow(muted(_(LEFT_OUT)))
        self.save_button.name(_("Write the books anew"))

    def accept(self) -> None:
        if not _refuses_weak(self, self.others, self.known):
            super().accept()

    def task(self) -> work.Task:
        db, folder, login, own = self.db, self.folder, self.login, self.own.value
        given = {name: field.value for name, field in self.others.items() if field.value}
        new = {login: self.fresh.value, **given}

        def renew(progress: work.Progress) -> tuple[str, ...]:
            key = keys.unlock(folder, login, own)
            return renewal.renew_open(db, key, new, progress)

        return renew


class ServerRenewForm(OwnerForm):
    """A new key for the backups of the server, with new passwords; `result_value`: paper keys."""

    doing = N_("Making the new key…")

    def __init__(self, db: Database, parent: QWidget | None) -> None:
        super().__init__(db, _("New key of the backups after a theft"), parent)
        with db.read() as session:
            self.known = tuple(branch.names(session).values())
        self.rows.addRow(muted(_(SERVER_THEFT)))
        self.fresh = self.add_wide(
            _("Your new password"), NewPassword(lambda: (db.login, *self.known))
        )
        self.others = _add_others(self)
        if self.others:
            self.rows.addRow(muted(_(KEPT)))
        self.ask_owner()
        self.save_button.name(_("Make the new key"))

    def accept(self) -> None:
        if not _refuses_weak(self, self.others, self.known):
            super().accept()

    def task(self) -> work.Task:
        db, way, own = self.db, self.owners_way(), self.fresh.value
        given = {db.login: own}  # asked now: the books may be locked before it is done
        given |= {login: field.value for login, field in self.others.items() if field.value}

        def renew(_progress: work.Progress) -> tuple[str, ...]:
            from models.server import logins, tries

            with closing(tries.connect(db.tries_in, way)) as owner:
                act_as(owner, db)
                with owner.write() as session:
                    papers = logins.renew(session, given)
            logins.go_on_with(db, own)
            return papers

        return renew


def _add_others(form: Form) -> dict[str, PasswordField]:
    """A field for a new password of every other user, by login."""
    fields: dict[str, PasswordField] = {}
    for row in _others(form.db):
        caption = _("New password of {user}").format(user=row.name)
        fields[row.login] = form.add_field(caption, PasswordField(f"new_password_{row.login}"))
    return fields


def _refuses_weak(form: Form, others: Mapping[str, PasswordField], known: tuple[str, ...]) -> bool:
    """Whether one of the passwords is too weak, which is said beside it."""
    for login, field in others.items():
        if fault := weakness(field.value, (login, *known)):
            form.show_problem(fault, field)
            return True
    return False


def weakness(password: str, hints: tuple[str, ...]) -> str:
    """Why a password cannot be taken; an empty one is none."""
    judged = passwords.strength(password, hints)
    if not password or judged.score >= passwords.ACCEPTED:
        return ""
    return passwords.WeakPassword(advice=judged.advice).text()


def _others(db: Database) -> list[UserRow]:
    with db.read() as session:
        own = session.get(users.User, db.user) if db.user else None
        return [row for row in users.overview(session) if own is None or row.id != own.id]


def _pin_line(name: str) -> QLineEdit:
    line = QLineEdit()
    line.setObjectName(name)
    line.setMaxLength(pins.LONGEST)
    line.setEchoMode(QLineEdit.EchoMode.Password)
    return line


def _minutes(count: int) -> str:
    return _("{count} min").format(count=current().show(count))
