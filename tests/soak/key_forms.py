"""The forms of keys and backups and the windows before the books, filled in as they should be."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path
from typing import Any

from models.office import access, users
from models.office.users import User
from models.roles import PROGRAM, Role
from models.safe import founding, keys, paperkeys
from models.safe.founding import PRACTICE_COST, Plan
from soak.opened import (
    FRESH,
    OTHER,
    Maker,
    NotHere,
    Opened,
    World,
    chosen,
    copied,
    opened,
    paste,
    settle,
    thrown_away,
    typed,
)  # fmt: skip
from soak.power import BIHAC, LOGIN, PASSWORD
from ui import work
from ui.entrance.first_run import FirstRun
from ui.entrance.paper_unlock import PaperUnlockForm
from ui.entrance.restore import RestoreDialog
from ui.entrance.sign_in import SignIn
from ui.entrance.unlock import Unlock
from ui.form import Form
from ui.office.backups import FoldersForm
from ui.office.keys import PinForm, RenewForm, UserPasswordForm
from ui.office.paper_keys import NewPaperKeysForm, PaperKeysForm
from ui.office.parting import PartingForm
from ui.office.server_forms import KeylessForm
from ui.office.task_form import KeyForm
from ui.office.travel import TravelForm
from ui.office.users import PasswordForm, UserForm

NUMBERS = count()
MANY = 20  # users


def owned(form: Any, password: str = PASSWORD) -> Any:
    """With one's own password."""
    paste(form.own.line, password)
    return form


def _own_password(world: World) -> Form:
    world.lay_out_keys()
    return owned(chosen(PasswordForm(world.db, None)))


def _user(world: World) -> Opened:
    world.lay_out_keys()
    form = owned(chosen(UserForm(world.db, None)))
    form.roles.set_value([Role.DESK])
    form = typed(form, name="Ivo Babić", new_login=f"ivo{next(NUMBERS)}")
    return opened(form, lambda: _let_go(world))


def _let_go(world: World) -> None:
    """A branch with hundreds of users would make every list of them slow: a few stay."""
    with world.db.write(PROGRAM) as session:
        for row in users.overview(session):
            if row.id > MANY:
                users.revoke(session, session.get_one(User, row.id))


def _password_of(kind: type[KeyForm], login: str) -> Maker:
    def make(world: World) -> Form:
        world.lay_out_keys()
        form: Any = kind(world.db, None)
        form.user.set_value(login)
        return owned(chosen(form))

    return make


def _new_paper_keys(world: World) -> Form:
    world.lay_out_keys()
    return owned(NewPaperKeysForm(world.db, None))


def _paper_keys(world: World) -> Form:
    world.lay_out_keys()
    with world.db.write() as session:
        made = access.make_paper_keys(session, world.home, world.db.key)
    form = PaperKeysForm(world.db, made, None)
    for line, printed in zip(form.typed, made, strict=True):
        paste(line, printed)
    return form


def _pin(world: World) -> Form:
    world.lay_out_keys()
    return typed(owned(PinForm(world.db, None)), pin="8305", again="8305")


def _new_data_key(world: World) -> Opened:
    db = copied(world)
    form = owned(chosen(RenewForm(db, None)))
    paste(form.others[OTHER].line, "deset sivih golubova")
    return opened(form, lambda: thrown_away(db), in_turn=True)


def _parting(world: World) -> Form:
    if world.elsewhere is None:
        raise NotHere("closing this computer needs a second drive")
    form = owned(PartingForm(world.small, None))
    form.target.set_value(str(world.elsewhere))
    return form


def _travel(world: World) -> Opened:
    folder = world.scratch()
    form = chosen(TravelForm(world.small, None))
    form.target.set_value(str(folder))
    return opened(form, lambda: shutil.rmtree(folder, ignore_errors=True))


def _folders(world: World) -> Form:
    world.lay_out_keys()
    form = FoldersForm(world.db, None)
    form.first.set_value(str(world.folder / "all"))
    form.second.set_value(str(world.folder))
    return form


def _paper_unlock(world: World) -> Form:
    world.lay_out_keys()
    printed = paperkeys.make(world.home, world.db.key)[0]

    def opens(said: str, login: str, password: str) -> bytes:
        key = paperkeys.unlock(world.home, said)
        keys.set_password(world.home, key, login, password)
        return key

    form = PaperUnlockForm([LOGIN], opens, None)
    return typed(chosen(form), paper_key=printed)


def _unlock(world: World) -> Opened:
    world.lay_out_keys()
    window = Unlock(world.home)
    return signing_in(window, window.unlocked)


def signing_in(window: SignIn, enters: Any) -> Opened:
    """The window in which one signs in, once it knows who may; `enters` tells that one is in."""
    heard: list[Any] = []
    enters.connect(lambda *came: heard.extend(came))
    settle(window)
    paste(window.password.line, PASSWORD)
    return Opened(
        window, window.sign_in, lambda: bool(heard), window.problem.text, lambda: close_all(heard)
    )


def close_all(heard: list[Any]) -> None:
    """A window to a server gives out connections."""
    for each in heard:
        if hasattr(each, "close"):
            each.close()


def _restore(world: World) -> Opened:
    world.lay_out_keys()
    window, heard = RestoreDialog(world.home, world.db), list[object]()
    window.chosen.connect(heard.append)
    settle(window)
    paste(window.password.line, PASSWORD)
    return Opened(window, window.restore, lambda: bool(heard), window.problem.text)


def _first_run(world: World) -> Opened:
    folder, heard = world.scratch(), list[object]()

    def found(plan: Plan, _progress: work.Progress) -> Path:
        founding.found(folder / "branch", plan, cost=PRACTICE_COST)
        return folder

    window = FirstRun(folder, found)
    window.founded.connect(heard.append)
    _fill_steps(window)

    def through() -> None:
        window.show_step(0)
        for _step in window.steps:
            window.go_on()

    return Opened(
        window, through, lambda: bool(heard), window.problem.text,
        lambda: shutil.rmtree(folder, ignore_errors=True), in_turn=True,
    )  # fmt: skip


def _fill_steps(window: FirstRun) -> None:
    window.go_on()
    window.branch.units.search.setText(BIHAC.latin)
    for _step in window.steps[2:]:
        window.go_on()
    account = window.account
    paste(account.person, "Amra Hodžić")
    for field in (account.password.first, account.password.second):
        paste(field.line, FRESH)


FORMS: tuple[Maker, ...] = (
    _own_password,
    _user,
    _password_of(UserPasswordForm, OTHER),
    _password_of(KeylessForm, "keyless"),
    _new_paper_keys,
    _paper_keys,
    _pin,
    _new_data_key,
    _parting,
    _travel,
    _folders,
    _paper_unlock,
    _unlock,
    _restore,
    _first_run,
)
