"""The forms around a server, filled in as they should be, and a server of their own for them."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import postgresql
from things import as_program

from models.database import Database
from models.office import users
from models.roles import Role
from models.safe import attempts, founding
from models.server import keyring, logins
from models.server.address import Address
from soak.key_forms import owned, signing_in
from soak.opened import Maker, NotHere, Opened, World, chosen, opened, paste, typed
from soak.power import LOGIN, PASSWORD, PLAN
from ui.entrance.restore import Wanted
from ui.entrance.server_sign_in import ServerSignIn
from ui.entrance.server_unlock import ServerUnlock
from ui.form import Form
from ui.office.keys import ServerRenewForm
from ui.office.server_forms import (
    ConnectForm,
    LetInForm,
    MoveBackForm,
    MoveThereForm,
    OwnPasswordForm,
    ServerPaperKeysForm,
)
from ui.office.server_restore import PlaceForm

KEEPER, SECRET = "keeper", "devet plavih lokomotiva"
BOOKS, EMPTY = "books", "empty"
NUMBERS = count()
HERS = "emina"  # the user of the books there; the one of the file comes with those that are moved


def _server(world: World) -> postgresql.Server:
    if world.server is None:
        raise NotHere("the forms of a server need PostgreSQL")
    return world.server


def _address(world: World, database: str, user: str = KEEPER) -> Address:
    server = _server(world)
    return Address("localhost", database, user, server.port, str(server.certificate))


def _books(world: World) -> Database:
    """The books on the server as their user has them, with the password of the first day."""
    if world.shared is None:
        _found(world)
        where = _address(world, BOOKS, HERS)
        world.shared = Database.connect(where.url(PASSWORD))
        users.sign_in(world.shared, HERS)
        world.shared.home = world.scratch()
    (world.shared.home / attempts.FILE).unlink(missing_ok=True)
    return world.shared  # type: ignore[no-any-return]


def _found(world: World) -> None:
    server = _server(world)
    server.command(f"CREATE ROLE {KEEPER} LOGIN CREATEROLE PASSWORD '{SECRET}'")
    for name in (BOOKS, EMPTY):
        server.command(f"CREATE DATABASE {name} OWNER {KEEPER}")
    with closing(as_program(Database.connect(_address(world, BOOKS).url(SECRET)))) as owner:
        founding.found_on(owner, replace(PLAN, login=HERS))
        with owner.write() as session:
            users.add(session, HERS, "Emina Kovač", list(Role))
    _let_her_in(world)


def _let_her_in(world: World) -> None:
    """As on the first day, whatever a form changed: books that were moved away take no entries."""
    _server(world).command(f"ALTER DATABASE {BOOKS} RESET default_transaction_read_only")
    _server(world).command(f"ALTER ROLE {KEEPER} PASSWORD '{SECRET}'")
    owner = as_program(Database.connect(_address(world, BOOKS).url(SECRET)))
    with closing(owner), owner.write() as session:
        user = users.find(session, HERS)
        assert user
        logins.let_in(session, user, PASSWORD)
    if world.shared is not None:
        logins.go_on_with(world.shared, PASSWORD)
        world.shared.engine.dispose()


def _on_the_books(form: Any, world: World, *, in_turn: bool = False) -> Opened:
    """A form that leaves the books on the server otherwise than they were."""
    made = opened(form, in_turn=in_turn)
    made.end = lambda: _let_her_in(world) if made.is_kept() else None
    return made


def _into_empty(form: Any, world: World) -> Opened:
    """A form that fills the empty database, which is made anew after it."""
    made = opened(_addressed(form, _address(world, EMPTY)), in_turn=True)
    made.end = lambda: _make_empty(world) if made.is_kept() else None
    return made


def _make_empty(world: World) -> None:
    server = _server(world)
    server.command(f"DROP DATABASE {EMPTY} WITH (FORCE)")
    for role in (LOGIN, f"{EMPTY}_work"):
        server.command(f"DROP ROLE IF EXISTS {role}")
    server.command(f"CREATE DATABASE {EMPTY} OWNER {KEEPER}")


def _addressed(form: Any, where: Address, password: str = SECRET) -> Any:
    form.port.set_value(where.port)
    form.certificate.set_value(where.certificate)
    paste(form.password.line, password)
    return typed(form, host=where.host, database=where.database, user=where.user)


def _with_owner(form: Any) -> Any:
    paste(form.owner, KEEPER)
    return owned(form, SECRET)


def _connect(world: World) -> Form:
    _books(world)
    where = _address(world, BOOKS, HERS)
    return _addressed(ConnectForm(world.db, world.scratch(), None), where, PASSWORD)  # type: ignore[no-any-return]


def _move_there(world: World) -> Opened:
    _books(world)
    home = Path(shutil.copytree(world.folder / "first", world.scratch() / "branch"))
    return _into_empty(chosen(MoveThereForm(world.small, home, None)), world)


def _restore_there(world: World) -> Opened:
    _books(world)
    wanted = Wanted(world.backup.file, LOGIN, world.small.key)
    return _into_empty(chosen(PlaceForm(world.scratch(), wanted, None)), world)


def _move_back(world: World) -> Opened:
    form = chosen(MoveBackForm(_books(world), world.scratch(), None))
    return _on_the_books(_with_owner(form), world, in_turn=True)


def _own_password(world: World) -> Opened:
    return _on_the_books(owned(chosen(OwnPasswordForm(_books(world), None))), world)


def _paper_keys(world: World) -> Form:
    form: Form = owned(ServerPaperKeysForm(_books(world), None))
    return form


def _new_key(world: World) -> Opened:
    db = _books(world)
    keyring.enter(db, PASSWORD)
    form = _with_owner(chosen(ServerRenewForm(db, None)))
    return _on_the_books(form, world, in_turn=True)


def _let_in(world: World) -> Opened:
    form = _with_owner(chosen(LetInForm(_books(world), None)))
    form.user.set_value("")
    form.roles.set_value([Role.DESK])
    return opened(typed(form, name="Ivo Babić", login=f"ivo{next(NUMBERS)}"), in_turn=True)


def _sign_in(world: World) -> Opened:
    _books(world)
    window = ServerSignIn(_address(world, BOOKS, HERS), world.shared.home)
    return signing_in(window, window.entered)


def _come_back(world: World) -> Opened:
    window = ServerUnlock(_books(world).engine.url, world.shared.home)
    return signing_in(window, window.entered)


FORMS: tuple[Maker, ...] = (
    _connect,
    _move_there,
    _restore_there,
    _move_back,
    _own_password,
    _paper_keys,
    _new_key,
    _sign_in,
    _come_back,
    _let_in,
)
