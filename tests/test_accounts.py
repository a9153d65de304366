"""A user of the program is a person too: what is held of them, and the end of their name."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path

import pypdf
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from test_privacy_page import accept_the, dismiss, erase_button
from things import as_program
from windows import in_front

from models import checks, clock, concerns, record, recorded
from models.database import Database
from models.office import branch, territory, unfinished, users
from models.office.users import LoginTaken, NotAUser, User
from models.privacy import accounts, peopleless
from models.privacy.access import Cause, Recipient
from models.privacy.accounts import NameErased, StillHasAccess
from models.rights import NotAllowed
from models.roles import Role
from models.safe import attempts, forgotten, keys
from models.safe.founding import PRACTICE_COST
from reports import account, erasure
from translations import LANGUAGES, language
from ui import messages
from ui.office.users import UsersPage
from ui.privacy.person import EraseForm, HeldForm

NOON = datetime(2026, 10, 5, 12)
PASSWORD = "sedam zutih kisobrana"


@pytest.fixture
def books(db: Database, tmp_path: Path) -> Database:
    """Amra looks after the users; Edin has worked and left, Maja works."""
    db.home = db.home or tmp_path
    with clock.at(NOON):
        with as_program(db).write() as session:
            unit = territory.find("BA-BIH/01/Bihać")
            branch.set_up(session, units=[unit], names=branch.suggest(unit), language="bs")
            users.add(session, "amra", "Amra Amić", [Role.SECRETARY, Role.ADMINISTRATOR])
            users.add(session, "edin.edic", "Edin Edić", [Role.DESK])
            users.add(session, "maja", "Maja Majić", [Role.WAREHOUSE])
        users.sign_in(db, "edin.edic")
        users.sign_in(db, "amra")
        with db.write() as session:
            edin = users.find(session, "edin.edic")
            users.entrust(session, edin, [Role.DESK, Role.TRACING])
            users.revoke(session, edin)
    return db


def number_of(db: Database, login: str) -> int:
    with db.read() as session:
        return users.find(session, login).id


def erased(db: Database) -> int:
    """Edin's name goes; his number."""
    number = number_of(db, "edin.edic")
    with db.write() as session:
        accounts.erase(session, session.get_one(User, number))
    return number


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_an_erased_name_stands_nowhere_and_the_record_is_whole(books: Database) -> None:
    number = erased(books)
    with books.read() as session:
        user = session.get_one(User, number)
        assert (user.name, user.login) == (f"#{number}", f"#{number}")
        assert [*checks.record_is_whole(session), *checks.roles_are_as_recorded(session)] == []
        newest = recorded.rows(session, recorded.ids(session)[:1])[0]
        theirs = recorded.rows(session, recorded.ids(session, recorded.Wanted(user=number)))
    assert newest.act == "Erased a user's name on request"
    assert {users.called(row.who, language("en")) for row in theirs} == {
        f"former user no. {number}"
    }


def test_an_act_about_one_whose_name_is_gone_calls_them_as_their_own_acts_do(books) -> None:
    number = erased(books)
    with books.read() as session:
        found = recorded.rows(session, recorded.ids(session))
    said = {row.about.text(language("en")) for row in found if row.act == "Signed in"}
    assert said == {f"former user no. {number}", "Amra Amić"}


def test_a_name_that_came_back_is_found(books: Database) -> None:
    number = erased(books)
    with books.read() as session:
        assert concerns.run(session) == []
    with as_program(books).write() as session:
        session.get_one(User, number).name = "Edin Edić"
    with books.read() as session:
        (found,) = concerns.run(session)
    assert found.text() == (
        f"Something of an erased person is still there: user no. {number}. Call for help."
    )


def test_who_still_has_access_keeps_the_name(books: Database) -> None:
    with books.write() as session:
        with pytest.raises(StillHasAccess) as refusal:
            accounts.erase(session, users.find(session, "maja"))
        assert "Take the access away first" in refusal.value.text()


def test_a_name_is_erased_once(books: Database) -> None:
    number = erased(books)
    with books.write() as session, pytest.raises(NameErased):
        accounts.erase(session, session.get_one(User, number))


def test_only_the_administrator_erases_names(books: Database) -> None:
    books.roles = frozenset({Role.SECRETARY})
    with books.write() as session, pytest.raises(NotAllowed):
        accounts.erase(session, users.find(session, "edin.edic"))


def test_nobody_signs_in_or_is_entered_under_what_stands_for_an_erased_name(
    books: Database,
) -> None:
    number = erased(books)
    with pytest.raises(NotAUser):
        users.sign_in(books, f"#{number}")
    with books.write() as session:
        for login in (f"#{number}", "#99"):
            with pytest.raises(LoginTaken):
                users.add(session, login, "Somebody")


def test_tries_under_the_erased_name_are_forgotten(books: Database) -> None:
    for name in ("edin.edic", keys.pin_tries("edin.edic"), "maja"):
        attempts.count(books.home, name)
    attempts.remember(books.home, "edin.edic")
    erased(books)
    kept = (books.home / attempts.FILE).read_text()
    assert "edin" not in kept
    assert "maja" in kept


def test_left_are_those_who_are_still_named(books: Database) -> None:
    with books.read() as session:
        assert [row.name for row in users.left(session)] == ["Edin Edić"]
    erased(books)
    with books.read() as session:
        assert users.left(session) == []


def test_a_copy_without_people_calls_them_the_same(books: Database) -> None:
    number = number_of(books, "edin.edic")
    with as_program(books).write() as session:
        peopleless.leave_out(session)
        assert users.is_former(session.get_one(User, number).name)


def test_a_restored_backup_does_not_bring_the_name_back(books: Database, tmp_path: Path) -> None:
    number = erased(books)
    forgotten.note(books, tmp_path)
    content = (tmp_path / forgotten.FILE).read_text()
    assert "edin" not in content.lower()
    with as_program(books).write() as session:
        user = session.get_one(User, number)
        user.name, user.login = "Edin Edić", "edin.edic"  # as the backup has them
    assert forgotten.erase_again(books, forgotten.known(tmp_path)) == 1
    with books.read() as session:
        assert users.is_former(session.get_one(User, number).name)


def test_one_whom_the_backup_lets_in_again_is_left_to_the_administrator(
    books: Database, tmp_path: Path
) -> None:
    number = erased(books)
    forgotten.note(books, tmp_path)
    with as_program(books).write() as session:
        user = session.get_one(User, number)
        user.name, user.login, user.is_active = "Edin Edić", "edin.edic", True
    assert forgotten.erase_again(books, forgotten.known(tmp_path)) == 0


def test_what_is_held_says_roles_over_time_months_and_counts(books: Database) -> None:
    with books.read() as session:
        edin = users.find(session, "edin.edic")
        roles = accounts.roles_over_time(session, edin)
        months = accounts.months(session, edin)
        counted = accounts.counted(session, edin)
        known = accounts.get(session, edin)
    assert [row.roles for row in roles] == [(Role.DESK,), (Role.DESK, Role.TRACING), ()]
    assert [row.by for row in roles] == ["", "Amra Amić", "Amra Amić"]
    assert [(row.month, row.signed_in, row.acts) for row in months] == [("2026-10", 1, 2)]
    assert {row.act: row.count for row in counted} == {"Signed in": 1, "Signed out": 1}
    assert (known.is_active, clock.local(known.last).date()) == (False, NOON.date())


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_paper_of_a_user_holds_all_that_is_known(books: Database, code: str) -> None:
    spoken = language(code)
    with books.write() as session:
        edin = users.find(session, "edin.edic")
        accounts.give_out(session, edin, Recipient.PERSON, Cause.REQUEST)
        said = text_of(account.render(account.collect(session, edin), spoken))
    assert "Edin Edić" in said
    assert "edin.edic" in said
    for words in ("Roles over time", "Month by month", "the person themselves", "Tracing"):
        assert spoken.gettext(words) in said


def type_something(db: Database, login: str, *days_ago: int) -> None:
    """The user types in forms that name somebody, and saves none of them."""
    users.sign_in(db, login)
    for token, ago in enumerate(days_ago):
        with clock.at(NOON - timedelta(days=ago)), as_program(db).write() as session:
            unfinished.keep(session, f"{login} {token}", "PersonForm", None, "Zehra Zehrić")
    users.sign_in(db, "amra")


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_paper_says_how_many_forms_were_not_saved_and_from_when(books, code) -> None:
    spoken = language(code)
    type_something(books, "maja", 27, 2, 40)
    type_something(books, "amra", 5)
    with books.read() as session:
        maja = account.collect(session, users.find(session, "maja"))
        nothing = account.collect(session, users.find(session, "edin.edic"))
    assert [clock.local(at).date().day for at in maja.unfinished] == [3, 8, 26]
    said = text_of(account.render(maja, spoken))
    moments = [spoken.show(clock.local(at)) for at in maja.unfinished]
    words = spoken.ngettext("{count} form, of {moments}", "{count} forms, of {moments}", 3)
    listed = words.format(count="3", moments=spoken.list(moments))
    assert " ".join(listed.split()) in said
    assert "Zehr" not in said
    assert spoken.gettext("nothing") in text_of(account.render(nothing, spoken))


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_receipt_of_a_name_has_a_number_and_no_name(books: Database, code: str) -> None:
    erased(books)
    with books.read() as session:
        receipt = erasure.collect(session, 1)
    said = text_of(erasure.render(receipt, language(code)))
    assert "1/2026" in said
    assert "Edi" not in said
    assert "edin" not in said
    assert language(code).gettext("Users of the program") in said


# In the window


@pytest.fixture
def page(tmp_path: Path, qtbot: QtBot) -> UsersPage:
    """The same branch in a file, looked after by Amra, who is administrator and nothing else."""
    key = keys.create(tmp_path, "amra", PASSWORD, cost=PRACTICE_COST)
    db = as_program(Database.create(tmp_path, key))
    with db.write() as session:
        unit = territory.find("BA-BIH/01/Bihać")
        branch.set_up(session, units=[unit], names=branch.suggest(unit), language="bs")
        users.add(session, "amra", "Amra Amić", [Role.ADMINISTRATOR])
        users.revoke(session, users.add(session, "edin", "Edin Edić", [Role.DESK]))
        users.add(session, "maja", "Maja Majić", [Role.WAREHOUSE])
    users.sign_in(db, "amra")
    shown = in_front(UsersPage(db), qtbot)
    yield shown
    db.close()


def select(page: UsersPage, login: str) -> None:
    page.table.select([row.login for row in page.rows].index(login))


def test_the_administrator_erases_the_name_of_one_who_left(page: UsersPage, qtbot: QtBot) -> None:
    page.state.set_value(True)
    select(page, "edin")
    papers = dismiss()
    accept_the(EraseForm)
    page.erase()
    qtbot.waitUntil(lambda: bool(papers), timeout=20_000)
    assert papers == [f"Receipt of erasure no. 1/{clock.today().year}"]
    assert list(page.rows) == []


def test_whoever_has_access_is_refused_before_anything_is_asked(
    page: UsersPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(messages, "tell", lambda _parent, told: said.append(told))
    select(page, "maja")
    erase_button(page).click()
    assert said == [StillHasAccess(name="Maja Majić").text()]


def test_the_paper_of_a_user_is_given_out_and_recorded(page: UsersPage, qtbot: QtBot) -> None:
    select(page, "maja")
    papers = dismiss()

    def fill() -> None:
        form = next(w for w in QApplication.topLevelWidgets() if isinstance(w, HeldForm))
        form.to.set_value(Recipient.PERSON)
        form.why.set_value(Cause.REQUEST)
        form.save_button.click()

    QTimer.singleShot(300, fill)
    page.give_out()
    assert papers == ["What is held about a person"]
    with page.db.read() as session:
        found = session.query(record.Act).filter_by(code=accounts.GIVEN_OUT).one()
    assert found.detail == "person:request"


def test_whoever_left_has_no_roles_to_change_and_no_access_to_lose(page: UsersPage) -> None:
    buttons = {verb.button.objectName(): verb.button for verb in page.verbs}
    select(page, "maja")
    assert buttons["change_roles"].isEnabled()
    page.state.set_value(True)
    select(page, "edin")
    assert not buttons["change_roles"].isEnabled()
    assert not buttons["revoke"].isEnabled()
    assert buttons["erase"].isEnabled()
