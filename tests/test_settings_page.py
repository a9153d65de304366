"""The settings change what the whole branch goes by, and refuse what would break it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from windows import in_front

import translations
from models import clock
from models.database import Database
from models.goods import items, places, stock
from models.goods.items import Item
from models.goods.places import PlaceKind
from models.goods.stock import Goods
from models.office import branch, indicators, territory, users
from models.office.branch import Details, Level
from models.roles import Role
from models.safe import attempts, founding, keys
from models.safe.founding import PRACTICE_COST, Plan
from models.units import THOUSAND, Unit
from ui import messages, style
from ui.entrance import waiting
from ui.office.backups import BackupsPage
from ui.office.branch_settings import BranchPage, LetterheadForm, OrganizationsForm
from ui.office.catalogue import CataloguePage, ItemForm
from ui.office.indicators import IndicatorForm, IndicatorsPage, countable, found
from ui.office.keys import KeysPage
from ui.office.look import LookPage
from ui.office.places import PlaceForm, PlacesPage
from ui.office.settings import SettingsPage
from ui.office.users import PasswordForm, RolesForm, UserForm, UsersPage
from ui.privacy.breaches import BreachesPage

NOON = datetime(2026, 11, 23, 12)
PASSWORD = "sedam zutih kisobrana"
FRESH = "osam plavih tramvaja"


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A branch as the first run leaves it, with its secretary signed in."""
    monkeypatch.setattr(keys, "usual_cost", lambda: PRACTICE_COST)
    unit = territory.find("BA-BIH/01/Bihać")
    plan = Plan(
        [unit], branch.suggest(unit), Details(town="Bihać"), "bs", "Main store", "Amra", "amra",
        PASSWORD,
    )  # fmt: skip
    db = Database.open(tmp_path, founding.found(tmp_path, plan))
    users.sign_in(db, "amra")
    with clock.at(NOON):
        yield db
    db.close()


def opened(widget: Any, qtbot: QtBot) -> Any:
    return in_front(widget, qtbot, (1100, 620))


@pytest.fixture
def settings(books: Database, qtbot: QtBot) -> SettingsPage:
    return opened(SettingsPage(books), qtbot)


def fill_in(qtbot: QtBot, work: Any) -> None:
    """Do `work` with the dialog that the next click opens."""

    def act() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        work(dialog)

    QTimer.singleShot(100, act)


def click(qtbot: QtBot, page: QWidget, name: str) -> None:
    qtbot.mouseClick(page.findChild(QWidget, name), Qt.MouseButton.LeftButton)


def names_of(page: Any) -> list[str]:
    return [row.name for row in page.rows]


def test_every_section_is_reached_by_keyboard_and_names_itself(settings, books, qtbot):
    page = settings
    page.take_focus()
    seen = []
    for _name in page.kinds:
        seen.append(page.names.currentItem().text())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert seen == [
        "Branch", "Places", "Catalogue", "Indicators", "Users", "Keys", "Backups",
        "Personal data", "Breaches of personal data", "Shared server", "Language and look",
        "About",
    ]  # fmt: skip


def test_a_place_is_added_through_its_form(settings, books, qtbot):
    page = settings.show_section(PlacesPage)

    def work(form: PlaceForm) -> None:
        qtbot.keyClicks(form.name, "Mobile team North")
        form.kind.set_value(PlaceKind.TEAM)
        qtbot.keyClick(form.name, Qt.Key.Key_Return)

    fill_in(qtbot, work)
    click(qtbot, page, "add")
    assert names_of(page) == ["Main store", "Mobile team North"]


def test_two_places_cannot_share_a_name(books, qtbot):
    form = opened(PlaceForm(books, None), qtbot)
    form.name.setText("Main store")
    form.accept()
    assert form.problem.text().startswith("There is already a place called Main store.")


def test_a_place_is_renamed_and_taken_out_of_use(settings, books, qtbot):
    page = settings.show_section(PlacesPage)
    page.table.select(0)
    fill_in(qtbot, lambda form: (form.name.setText("Store A"), form.accept()))
    click(qtbot, page, "rename")
    assert names_of(page) == ["Store A"]
    click(qtbot, page, "retire")
    assert page.table.model_.index(0, 2).data() == "out of use"
    click(qtbot, page, "put_back")
    assert page.table.model_.index(0, 2).data() == ""


def test_a_place_with_goods_stays_in_use(settings, books, qtbot, monkeypatch):
    with books.write() as session:
        goods = [Goods(items.find(session, "blanket"), 5 * THOUSAND)]
        stock.receive(session, places.find(session, "Main store"), goods, on=date(2026, 11, 23))
    said: list[str] = []
    monkeypatch.setattr(messages, "tell", lambda _parent, text: said.append(text))
    page = settings.show_section(PlacesPage)
    page.table.select(0)
    click(qtbot, page, "retire")
    assert said[0].startswith("There are still goods at Main store.")
    assert page.rows[0].is_active


def test_an_item_is_added_with_names_pack_and_weight(books, qtbot):
    form = opened(ItemForm(books, None), qtbot)
    qtbot.keyClicks(form.code, "power_bank")
    form.names.lines["en"].setText("Power bank")
    form.names.lines["bs"].setText("Eksterna baterija")
    qtbot.keyClicks(form.weight, "0.25")
    qtbot.keyClicks(form.minimum, "10")
    form.packs.set_lines([{"unit": Unit.BOX, "quantity": 24 * THOUSAND}])
    form.accept()
    with books.read() as session:
        item = session.get_one(Item, form.result_value)
        assert (item.name("en"), item.name("hr")) == ("Power bank", "Eksterna baterija")
        assert (item.weight, item.minimum) == (250, 10 * THOUSAND)
        assert items.in_units(item, THOUSAND, Unit.BOX) == 24 * THOUSAND


def test_an_item_without_a_name_or_with_a_taken_code_is_refused(books, qtbot):
    form = opened(ItemForm(books, None), qtbot)
    form.code.setText("blanket")
    form.accept()
    assert form.problem.text() == "Write the name in at least one language."
    form.names.lines["en"].setText("Blanket again")
    form.accept()
    assert form.problem.text().startswith("The code blanket already belongs to another item.")


def test_a_pack_by_the_items_own_unit_is_refused(books, qtbot):
    form = opened(ItemForm(books, None), qtbot)
    form.code.setText("power_bank")
    form.names.lines["en"].setText("Power bank")
    form.packs.set_lines([{"unit": Unit.PIECE, "quantity": THOUSAND}])
    form.accept()
    assert form.problem.text().startswith("The pack by pcs must be another unit")
    with books.read() as session:
        assert items.find(session, "power_bank") is None


def test_an_item_is_changed_and_what_was_entered_before_is_shown(books, qtbot):
    with books.read() as session:
        row = next(row for row in items.overview(session) if row.code == "water")
    form = opened(ItemForm(books, None, row), qtbot)
    assert form.tracks_expiry.isChecked() and form.names.lines["en"].value
    form.names.lines["hr"].setText("Voda u boci")
    form.ifrc_code.setText("WATER")
    form.accept()
    with books.read() as session:
        item = session.get_one(Item, row.id)
        assert (item.name("hr"), item.ifrc_code, item.tracks_expiry) == (
            "Voda u boci",
            "WATER",
            True,
        )


def test_the_catalogue_is_searched_from_the_settings(settings, books, qtbot):
    page = settings
    catalogue = page.show_section(CataloguePage)
    page.search("ћебе")
    assert "blanket" in [row.code for row in catalogue.rows]
    assert len(catalogue.rows) < 5
    with qtbot.waitSignal(page.search_cleared):
        page.show_section(PlacesPage)


def test_an_indicator_is_moved_left_out_and_put_back(settings, books, qtbot):
    page = settings.show_section(IndicatorsPage)
    first, second = names_of(page)[:2]
    page.table.select(1)
    click(qtbot, page, "move_up")
    assert names_of(page)[:2] == [second, first]
    assert page.selected.name == second
    click(qtbot, page, "retire")
    with books.read() as session:
        assert indicators.overview(session)[0].name == first
    click(qtbot, page, "put_back")
    assert page.rows[0].is_active


def test_an_indicator_adds_up_what_is_picked_by_name(books, qtbot):
    form = opened(IndicatorForm(books, None), qtbot)
    form.code.setText("winter")
    form.names.lines["en"].setText("Winter things")
    with books.read() as session:
        (term, called), *_rest = found(session, "item jacket")
    form.terms.set_lines([{"term": (term, called)}])
    form.accept()
    with books.read() as session:
        made = indicators.overview(session)[-1]
    assert (made.name, made.terms) == ("Winter things", (indicators.Term("item", "jacket"),))


def test_an_indicator_that_adds_up_nothing_is_refused(books, qtbot):
    form = opened(IndicatorForm(books, None), qtbot)
    form.code.setText("nothing")
    form.names.lines["en"].setText("Nothing")
    form.accept()
    assert form.problem.text() == "Fill in: What the indicator adds up."


def test_all_that_can_be_added_up_has_a_name(books):
    with books.read() as session:
        offered = dict(countable(session))
        used = {term for row in indicators.overview(session) for term in row.terms}
    assert used <= set(offered)
    assert all(": " in name for name in offered.values())


def test_the_branch_is_renamed_in_one_language(books, qtbot):
    form = opened(OrganizationsForm(books, None), qtbot)
    form.names.lines[Level.BRANCH]["en"].setText("Red Cross Bihać")
    form.accept()
    with books.read() as session:
        assert branch.names(session, "en")[Level.BRANCH] == "Red Cross Bihać"
        assert branch.names(session, "hr")[Level.BRANCH] != "Red Cross Bihać"


def test_a_letterhead_with_an_impossible_day_is_refused(books, qtbot):
    form = opened(LetterheadForm(books, None), qtbot)
    assert form.letterhead.town.value == "Bihać"
    form.letterhead.report_day.set_value(31)
    form.accept()
    assert form.problem.text().startswith("Choose a day of the month from 1 to 28")
    form.letterhead.report_day.set_value(8)
    form.accept()
    with books.read() as session:
        assert branch.details(session).report_day == 8


def test_the_branch_shows_what_is_set(settings, books, qtbot):
    page = settings.show_section(BranchPage)
    said = {label.text() for label in page.called.findChildren(type(page.logo))}
    assert {"Red Cross of the City of Bihać", "Red Cross of Una-Sana Canton", "Bihać"} <= said


def test_ones_own_password_is_changed(books, qtbot):
    form = opened(PasswordForm(books, None), qtbot)
    form.own.line.setText(PASSWORD)
    for field in (form.fresh.first, form.fresh.second):
        field.line.setText(FRESH)
    qtbot.mouseClick(form.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not form.isVisible(), timeout=10_000)
    assert keys.unlock(books.folder, "amra", FRESH)
    assert not keys.verify(books.folder, "amra", PASSWORD)


def test_a_wrong_present_password_changes_nothing(books, qtbot):
    form = opened(PasswordForm(books, None), qtbot)
    form.own.line.setText("not this one")
    for field in (form.fresh.first, form.fresh.second):
        field.line.setText(FRESH)
    form.accept()
    qtbot.waitUntil(form.problem.isVisible, timeout=10_000)
    assert form.problem.text() == "That is not your password. Type it again."
    qtbot.waitUntil(form.save_button.isEnabled)
    assert keys.verify(books.folder, "amra", PASSWORD)


def test_after_too_many_tries_the_seconds_are_counted_down(books, qtbot, monkeypatch):
    monkeypatch.setattr(waiting, "SECOND", 20)
    monkeypatch.setattr(attempts, "FIRST_WAIT", 3)
    form = opened(PasswordForm(books, None), qtbot)
    for _try in range(attempts.FREE_TRIES):
        with pytest.raises(keys.WrongPassword):
            keys.unlock(books.folder, "amra", "not this one")
    form.own.line.setText("not this one")
    for field in (form.fresh.first, form.fresh.second):
        field.line.setText(FRESH)
    form.accept()
    qtbot.waitUntil(lambda: form.wait.seconds > 0, timeout=10_000)
    assert str(form.wait.seconds) in form.problem.text()
    assert not form.save_button.isEnabled()
    qtbot.waitUntil(form.save_button.isEnabled)
    assert form.problem.text() == ""


def test_a_second_user_signs_in_with_a_password_of_their_own(settings, books, qtbot):
    form = opened(UserForm(books, None), qtbot)
    form.name.setText("Ivo Marić")
    form.new_login.setText("Ivo")
    qtbot.mouseClick(form.roles.boxes[Role.WAREHOUSE], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(form.roles.boxes[Role.DESK], Qt.MouseButton.LeftButton)
    form.own.line.setText(PASSWORD)
    for field in (form.fresh.first, form.fresh.second):
        field.line.setText(FRESH)
    form.accept()
    qtbot.waitUntil(lambda: not form.isVisible(), timeout=10_000)
    assert keys.unlock(books.folder, "ivo", FRESH) == keys.unlock(books.folder, "amra", PASSWORD)
    page = settings.show_section(UsersPage)
    assert [row.login for row in page.rows] == ["amra", "ivo"]
    assert page.table.model_.index(1, 2).data() == "Warehouse keeper, Desk (handing out)"


def test_that_a_user_was_added_is_said(settings, books, qtbot):
    page = settings.show_section(UsersPage)

    def work(form: UserForm) -> None:
        qtbot.keyClicks(form.name, "Ivo Ivic")
        qtbot.mouseClick(form.roles.boxes[Role.DESK], Qt.MouseButton.LeftButton)
        form.own.line.setText(PASSWORD)
        for field in (form.fresh.first, form.fresh.second):
            field.line.setText(FRESH)
        form.accept()

    fill_in(qtbot, work)
    with qtbot.waitSignal(settings.said, timeout=10_000) as said:
        click(qtbot, page, "add")
    assert said.args == ["ivo can sign in now."]


def test_a_name_for_signing_in_is_suggested_until_another_is_typed(books, qtbot):
    form = opened(UserForm(books, None), qtbot)
    form.name.setText("Amra Kovač")
    assert form.new_login.value == "amra.kovac"
    form.new_login.setText("ak")
    form.name.setText("Amra Kovačević")
    assert form.new_login.value == "ak"


def test_a_user_without_a_role_is_not_added(books, qtbot):
    form = opened(UserForm(books, None), qtbot)
    form.name.setText("Ivo Marić")
    form.new_login.setText("Ivo")
    form.own.line.setText(PASSWORD)
    for field in (form.fresh.first, form.fresh.second):
        field.line.setText(FRESH)
    form.accept()
    qtbot.waitUntil(form.problem.isVisible, timeout=10_000)
    assert form.problem.text() == "Fill in: Roles."
    assert keys.logins(books.folder) == ["amra"]


def add_ivo(books: Database, *roles: Role) -> None:
    key = keys.unlock(books.folder, "amra", PASSWORD)
    with books.write() as session:
        users.add(session, "ivo", "Ivo Marić", roles)
    keys.add_user(books.folder, key, "ivo", FRESH)


def test_the_roles_of_a_user_are_changed(settings, books, qtbot):
    add_ivo(books, Role.DESK)
    page = settings.show_section(UsersPage)
    page.reload()
    page.table.select(1)

    def work(form: RolesForm) -> None:
        assert form.roles.value == [Role.DESK]
        form.roles.boxes[Role.DESK].setFocus()
        qtbot.keyClick(form.roles.boxes[Role.DESK], Qt.Key.Key_Space)
        qtbot.keyClick(form.roles.boxes[Role.AUDITOR], Qt.Key.Key_Space)
        qtbot.mouseClick(form.save_button, Qt.MouseButton.LeftButton)

    fill_in(qtbot, work)
    click(qtbot, page, "change_roles")
    assert page.table.model_.index(1, 2).data() == "Auditor"


def test_the_last_administrator_keeps_that_role(settings, books, qtbot):
    form = opened(RolesForm(books, settings.show_section(UsersPage).rows[0], None), qtbot)
    form.roles.set_value([Role.SECRETARY])
    form.accept()
    assert form.problem.text().startswith("Somebody must look after the users.")


def test_who_leaves_can_no_longer_sign_in_or_open_the_data(settings, books, qtbot, monkeypatch):
    add_ivo(books, Role.DESK)
    page = settings.show_section(UsersPage)
    page.reload()
    page.table.select(1)
    monkeypatch.setattr(messages, "confirm", lambda _parent, _text, _verb: True)
    click(qtbot, page, "revoke")
    assert [row.login for row in page.rows] == ["amra"]
    assert keys.logins(books.folder) == ["amra"]
    with pytest.raises(users.NotAUser):
        users.sign_in(books, "ivo")


def test_before_access_is_taken_away_it_is_said_where_who_left_is_found(settings, books, qtbot):
    add_ivo(books, Role.DESK)
    page = settings.show_section(UsersPage)
    page.reload()
    page.table.select(1)
    asked: list[str] = []

    def agree(box: QMessageBox) -> None:
        asked.append(box.text())
        next(each for each in box.buttons() if each.objectName() == "confirm").click()

    fill_in(qtbot, agree)
    click(qtbot, page, "revoke")
    assert asked[0].endswith("Afterwards they stand under “who left”: there their name can be"
                             " erased too.")  # fmt: skip
    page.state.setFocus()
    qtbot.keyClick(page.state, Qt.Key.Key_Down)
    assert (page.state.currentText(), names_of(page)) == ("who left", ["Ivo Marić"])


def test_nobody_takes_their_own_access_away_or_is_asked_whether(
    settings, books, qtbot, monkeypatch
):
    said: list[str] = []
    monkeypatch.setattr(messages, "confirm", lambda _parent, text, _verb: said.append(text))
    monkeypatch.setattr(messages, "tell", lambda _parent, text: said.append(text))
    page = settings.show_section(UsersPage)
    page.table.select(0)
    click(qtbot, page, "revoke")
    assert said == ["You cannot take your own access away. Another administrator can do that."]
    assert keys.logins(books.folder) == ["amra"]


def test_only_an_administrator_is_offered_to_look_after_users(books, qtbot):
    with books.write() as session:
        users.add(session, "lana", "Lana", [Role.SECRETARY])
    users.sign_in(books, "lana")
    page = opened(UsersPage(books), qtbot)
    offered = {verb.title for verb in page.verbs if verb.button.isVisibleTo(page)}
    assert offered == {"Change my password…", "What is held…"}


def test_a_login_already_taken_leaves_no_half_user(books, qtbot):
    form = opened(UserForm(books, None), qtbot)
    form.name.setText("Another Amra")
    form.new_login.setText("Amra")
    form.roles.set_value([Role.DESK])
    form.own.line.setText(PASSWORD)
    for field in (form.fresh.first, form.fresh.second):
        field.line.setText(FRESH)
    form.accept()
    qtbot.waitUntil(form.problem.isVisible, timeout=10_000)
    assert form.problem.text() == "amra is already in use. Choose another name for signing in."
    assert keys.logins(books.folder) == ["amra"]


def test_the_language_is_chosen_in_the_settings_too(settings, books, qtbot):
    page = settings.show_section(LookPage)
    qtbot.mouseClick(page.buttons["hr"], Qt.MouseButton.LeftButton)
    assert translations.current().code == "hr"


def test_tab_comes_to_the_language_chosen_and_the_arrows_choose_another(settings, books, qtbot):
    page = settings.show_section(LookPage)
    settings.names.setFocus()
    qtbot.keyClick(settings.names, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is page.buttons["en"]
    qtbot.keyClick(page.buttons["en"], Qt.Key.Key_Up)
    assert translations.current().code == "sr_Latn"


def test_the_size_shown_follows_the_shortcut_and_is_written_as_the_language_does(
    settings, books, qtbot
):
    page = settings.show_section(LookPage)
    style.scale(125)
    assert (page.text_size.value, page.text_size.currentText()) == (125, "125%")
    style.scale(100)
    assert page.text_size.value == 100


def cut(section: QWidget) -> list[str]:
    """What does not stand whole: its verbs, and its texts of several lines."""
    texts = [each for each in section.findChildren(QLabel) if each.isVisible() and each.wordWrap()]
    row = section.actions_row
    lines = row.heightForWidth(row.geometry().width()) if row.parent() else 0
    verbs = ["verbs"] if row.geometry().height() < lines else []
    return verbs + [each.text() for each in texts if _is_cut(each)]


def _is_cut(text: QLabel) -> bool:
    return text.height() < text.heightForWidth(text.width())


@pytest.fixture
def large() -> Iterator[None]:
    style.scale(200)
    yield
    style.scale(100)


@pytest.mark.parametrize("code", ["sr_Cyrl", "en"])
@pytest.mark.parametrize("kind", [UsersPage, KeysPage, BackupsPage, BreachesPage, LookPage])
def test_in_the_largest_text_a_section_is_scrolled_and_nothing_lies_under_another(
    books, qtbot, large, code, kind
):
    translations.use(code)
    page = in_front(SettingsPage(books), qtbot, (930, 470))
    section = page.show_section(kind)
    qtbot.wait(20)
    assert cut(section) == []
    assert page.size().toTuple() == (930, 470)


def test_in_a_scrolled_section_what_the_keyboard_is_on_comes_into_sight(books, qtbot, large):
    page = in_front(SettingsPage(books), qtbot, (930, 220))
    section = page.show_section(BackupsPage)
    last = section.findChild(QWidget, "close_computer")
    last.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: last.visibleRegion().boundingRect() == last.rect())


def test_the_names_of_the_sections_are_whole_beside_their_bar_too(settings, qtbot, large):
    names = settings.names
    qtbot.waitUntil(names.verticalScrollBar().isVisible)
    assert names.viewport().width() >= names.sizeHintForColumn(0)


def test_the_size_of_the_text_is_chosen(settings, books, qtbot):
    page = settings.show_section(LookPage)
    page.text_size.set_value(125)
    assert style.percent() == 125
    page.text_size.set_value(100)
