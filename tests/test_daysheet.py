"""Day sheets: taken in whole, exactly as written, or not at all with the faulty cells named."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import conftest
import postgresql
import published
import pytest
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from things import as_program

from models import checks, periods
from models.database import Database
from models.desk import aid
from models.desk.aid import Count, Encounter, Given, Reached, Service, ServiceGiven
from models.desk.cards import Person, Sex
from models.errors import DomainError, Missing
from models.goods import items, places, stock
from models.goods.documents import Document, Line
from models.goods.items import Item
from models.goods.lots import Lot, OnHand
from models.goods.places import Place, PlaceKind
from models.goods.stock import Goods
from models.sheets import daysheet, imports, sheetheads, sheetplan, sheetrows
from models.sheets.daysheet import Column, ImportedFile, Preview
from models.sheets.imports import Standing
from models.units import THOUSAND
from translations import LANGUAGES, language

DAY = date(2026, 10, 1)
TEMPLATES = Path(__file__).parent.parent / "docs" / "templates"
HEADINGS = (
    "Date", "Place", "Kind", "Item or service", "Quantity", "Unit", "Sex", "Age group",
    "Nationality", "Persons", "Estimated", "Remark",
)  # fmt: skip
GOOD = {"Date": "5.10.2026.", "Place": "Main store", "Item or service": "blanket", "Quantity": "2"}


@pytest.fixture(scope="module", params=conftest.ENGINES)
def open_shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Session]:
    """One set of books on each engine: to copy it for every test would take minutes."""
    if request.param == "sqlite":
        books = Database.create(tmp_path_factory.mktemp("books"), conftest.KEY)
    else:
        host, name = request.getfixturevalue("postgresql_template"), f"shop_{uuid4().hex}"
        postgresql.command(host, f"CREATE DATABASE {name} TEMPLATE {conftest.TEMPLATE}")
        books = Database.connect(postgresql.url(host, name))
    with as_program(books).write() as session:
        fill(session)
        yield session
    books.close()


@pytest.fixture
def shop(open_shop: Session) -> Iterator[Session]:
    """Books with the starter catalogue; what a test does in them is taken back after it."""
    with open_shop.begin_nested() as trial:
        yield open_shop
        trial.rollback()
    forget(open_shop)


def forget(session: Session) -> None:
    """What the session remembers of work that was taken back."""
    session.expire_all()
    for head in ("acts", "book"):
        session.info.pop(head, None)


def fill(session: Session) -> None:
    """A store with 100 blankets and 50 bottles of water, and a team."""
    places.add_virtual(session)
    items.add_starters(session)
    store = places.add(session, "Main store")
    places.add(session, "Tim Šćit", PlaceKind.TEAM)
    goods = [Goods(item(session, "blanket"), 100 * THOUSAND)]
    goods.append(Goods(item(session, "water"), 50 * THOUSAND, expiry=date(2026, 10, 20)))
    stock.receive(session, store, goods, on=DAY, supplier="Donor A")


def item(session: Session, code: str) -> Item:
    found = items.find(session, code)
    assert found
    return found


def written(*rows: dict[str, str], headings: tuple[str, ...] = HEADINGS) -> bytes:
    """A CSV of these rows; what a row does not name is empty."""
    text = io.StringIO()
    table = csv.DictWriter(text, headings, delimiter=";", extrasaction="ignore")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def checked(session: Session, *rows: dict[str, str]) -> Preview:
    return daysheet.check(session, daysheet.read(written(*rows)))


def faults(preview: Preview) -> list[tuple[int, str | None, str]]:
    return [(p.row, p.column and p.column.value, type(p.cause).__name__) for p in preview.problems]


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def handed_out(session: Session) -> dict[str, int]:
    target = places.virtual(session, PlaceKind.HANDED_OUT).id
    query = select(Item.code, func.sum(Line.quantity)).join(Lot, Lot.id == Line.lot_id)
    query = query.join(Item, Item.id == Lot.item_id).where(Line.to_id == target)
    summed = session.execute(query.group_by(Item.code))
    return {code: int(quantity) // THOUSAND for code, quantity in summed}


def on_shelf(session: Session) -> int:
    store = places.find(session, "Main store")
    there = select(func.sum(OnHand.quantity)).where(OnHand.place_id == store.id)
    return int(session.scalar(there)) // THOUSAND


def given(session: Session) -> dict[str, tuple[int, int]]:
    query = select(ServiceGiven.kind, func.sum(ServiceGiven.times), func.sum(ServiceGiven.persons))
    found = session.execute(query.group_by(ServiceGiven.kind))
    return {kind.value: (int(times), int(persons)) for kind, times, persons in found}


@pytest.mark.parametrize("figures", published.ALL, ids=lambda figures: figures.file)
def test_published_figures_come_out_exactly(session, figures):
    published.fill(session, figures)
    assert handed_out(session) == figures.goods
    assert given(session) == figures.services
    assert session.scalar(select(func.coalesce(func.sum(Reached.persons), 0))) == figures.persons
    assert checks.run(session) == []


def test_a_row_becomes_an_encounter_with_its_goods_and_people(shop):
    row = GOOD | {"Sex": "ženski", "Age group": "18–59", "Nationality": "Сирија", "Persons": "2",
                  "Estimated": "da", "Remark": "Kiša"}  # fmt: skip
    file = daysheet.take_in(shop, checked(shop, row))
    made = shop.scalars(select(Encounter)).one()
    told = shop.scalars(select(Reached)).one()
    assert (made.day, made.persons) == (date(2026, 10, 5), 2)
    assert (made.is_estimated, made.remark) == (True, "Kiša")
    assert (made.import_id, file.rows) == (file.id, 1)
    assert (told.sex, told.nationality, told.persons) == (Sex.FEMALE, "SY", 2)
    assert handed_out(shop) == {"blanket": 2}


def test_goods_alone_count_nobody(shop):
    daysheet.take_in(shop, checked(shop, GOOD))
    assert (count(shop, Encounter), count(shop, Reached)) == (1, 0)


def test_persons_alone_hand_out_nothing(shop):
    row = {"Date": "5.10.2026", "Place": "Tim Šćit", "Persons": "300", "Estimated": "x"}
    daysheet.take_in(shop, checked(shop, row))
    assert shop.scalars(select(Reached.persons)).all() == [300]
    assert handed_out(shop) == {}


@pytest.mark.parametrize(
    ("quantity", "persons", "times", "helped"),
    [("20", "12", 20, 12), ("20", "", 20, 0), ("", "12", 12, 12), ("1", "30", 1, 30)],
)
def test_a_service_has_times_and_persons(shop, quantity, persons, times, helped):
    row = GOOD | {"Item or service": "Prva pomoć", "Quantity": quantity, "Persons": persons}
    daysheet.take_in(shop, checked(shop, row))
    assert given(shop) == {"first_aid": (times, helped)}


def test_a_pack_is_counted_in_the_items_own_unit(shop):
    row = GOOD | {"Item or service": "Flaširana voda 0,5 l", "Quantity": "3", "Unit": "paketa"}
    daysheet.take_in(shop, checked(shop, row))
    assert handed_out(shop) == {"water": 36}


@pytest.mark.parametrize(
    "name", ["blanket", "BLANKET", "Deka", "deka", "Ћебе", "ćebe", "cebe", "Blanket"]
)
def test_an_item_goes_by_its_code_or_any_of_its_names(shop, name):
    assert checked(shop, GOOD | {"Item or service": name}).is_ready


@pytest.mark.parametrize("name", ["tim scit", "Тим Шћит", "Tim Šćit"])
def test_a_place_is_found_however_it_is_written(shop, name):
    assert checked(shop, {"Date": "5.10.2026", "Place": name, "Persons": "1"}).is_ready


def test_the_place_may_be_left_out_where_there_is_only_one(shop):
    row = {name: text for name, text in GOOD.items() if name != "Place"}
    assert faults(checked(shop, row)) == [(2, "place", "Missing")]
    team = places.find(shop, "Tim Šćit")
    places.rename(shop, team, "Tim Šćit", active=False)
    assert checked(shop, row).is_ready


@pytest.mark.parametrize(
    ("changed", "column", "sentence"),
    [
        ({"Date": ""}, "date", "Missing"),
        ({"Date": "31.2.2026"}, "date", "BadDay"),
        ({"Date": "1.1.2099"}, "date", "InFuture"),
        ({"Place": "Nowhere"}, "place", "NoPlace"),
        ({"Kind": "gift"}, "kind", "UnknownWord"),
        ({"Kind": "service"}, "what", "UnknownWord"),
        ({"Kind": "persons", "Persons": "3", "Quantity": ""}, "what", "LeaveEmpty"),
        ({"Item or service": "blankett"}, "what", "SimilarThing"),
        ({"Item or service": "xyzzy"}, "what", "UnknownThing"),
        ({"Quantity": ""}, "quantity", "Missing"),
        ({"Quantity": "0"}, "quantity", "NotPositive"),
        ({"Quantity": "two"}, "quantity", "BadNumber"),
        ({"Quantity": "1,2345"}, "quantity", "BadQuantity"),
        ({"Quantity": "101"}, "quantity", "NotEnoughStock"),
        ({"Unit": "kg"}, "unit", "NoSuchPack"),
        ({"Unit": "bag"}, "unit", "UnknownWord"),
        ({"Sex": "x", "Persons": "1"}, "sex", "UnknownWord"),
        ({"Age group": "20-25", "Persons": "1"}, "age", "UnknownWord"),
        ({"Nationality": "Atlantis", "Persons": "1"}, "nationality", "UnknownCountry"),
        ({"Nationality": "AF"}, "persons", "PersonsNeeded"),
        ({"Persons": "2,5"}, "persons", "NotWhole"),
        ({"Persons": "100001"}, "persons", "TooManyInRow"),
        ({"Estimated": "maybe"}, "estimated", "UnknownWord"),
        ({"Remark": "x" * 501}, "remark", "TextTooLong"),
        ({"Item or service": "first aid", "Unit": "kom"}, "unit", "LeaveEmpty"),
        ({"Item or service": "first aid", "Quantity": ""}, "quantity", "Missing"),
        ({"Item or service": "", "Kind": "item"}, "what", "Missing"),
        ({"Item or service": "water", "Date": "21.10.2026"}, "quantity", "Expired"),
        ({"Date": "30.9.2026"}, "quantity", "NotEnoughLater"),
    ],
)  # fmt: skip
def test_the_faulty_cell_is_named(shop, changed, column, sentence):
    preview = checked(shop, GOOD, GOOD | changed)
    assert faults(preview) == [(3, column, sentence)]
    assert preview.problems[0].position == [*daysheet.Column].index(column)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_problem_is_a_whole_sentence_in_every_language(shop, code):
    row = {"Date": "a", "Place": "b", "Kind": "c", "Sex": "d", "Age group": "e", "Unit": "f"}
    preview = checked(shop, row, GOOD | {"Quantity": "101"}, GOOD | {"Nationality": "AF"})
    assert len(preview.problems) == 8
    for problem in preview.problems:
        assert "{" not in problem.text(language(code))


def test_all_faults_of_a_row_are_found_at_once(shop):
    row = GOOD | {"Date": "x", "Quantity": "y", "Persons": "z"}
    assert [column for _row, column, _name in faults(checked(shop, row))] == [
        "date", "quantity", "persons",
    ]  # fmt: skip


def test_rows_take_from_the_same_shelf(shop):
    preview = checked(shop, GOOD | {"Quantity": "60"}, GOOD | {"Quantity": "41"}, GOOD)
    assert faults(preview) == [(3, "quantity", "NotEnoughStock")]
    assert preview.problems[0].text() == "Main store: only 40\u00a0pcs of Blanket left."


def test_goods_promised_to_a_later_day_stay_there(shop):
    store, blanket = places.find(shop, "Main store"), item(shop, "blanket")
    stock.hand_out(shop, store, [Goods(blanket, 95_000)], on=date(2026, 11, 2))
    stock.receive(shop, store, [Goods(blanket, 10_000)], on=date(2026, 11, 3), supplier="Donor A")
    refused = checked(shop, GOOD | {"Quantity": "6"})
    assert faults(refused) == [(2, "quantity", "NotEnoughLater")]
    assert refused.problems[0].text().startswith("Main store: only 5\u00a0pcs of Blanket can be")
    assert checked(shop, GOOD | {"Quantity": "5"}).is_ready


def test_an_older_lot_is_taken_for_a_day_before_the_fresher_one_came(shop):
    store, water = places.find(shop, "Main store"), item(shop, "water")
    fresh = Goods(water, 50_000, expiry=date(2026, 10, 10))
    stock.receive(shop, store, [fresh], on=date(2026, 10, 8), supplier="Donor B")
    row = GOOD | {"Item or service": "water", "Quantity": "40"}
    daysheet.take_in(shop, checked(shop, row))
    assert checks.run(shop) == []


def test_goods_may_leave_from_another_store_than_the_place(shop):
    store = places.find(shop, "Main store")
    sheet = daysheet.read(written(GOOD | {"Place": "Tim Šćit"}))
    assert faults(daysheet.check(shop, sheet)) == [(2, "quantity", "NotEnoughStock")]
    preview = daysheet.check(shop, sheet, store)
    daysheet.take_in(shop, preview, store)
    made = shop.scalars(select(Encounter)).one()
    assert made.place_id == places.find(shop, "Tim Šćit").id
    assert shop.get_one(Document, made.document_id).place_id == store.id
    assert checks.run(shop) == []


def test_numbers_of_hand_outs_follow_the_days(shop):
    daysheet.take_in(shop, checked(shop, GOOD | {"Date": "7.10.2026"}, GOOD))
    query = select(Document.number, Document.day).where(Document.kind == "hand_out")
    assert dict(shop.execute(query).all()) == {1: date(2026, 10, 5), 2: date(2026, 10, 7)}


def test_a_closed_month_refuses_its_rows(shop):
    periods.close(shop, periods.Period.month(2026, 10), "{}", "0" * 64)
    assert faults(checked(shop, GOOD)) == [(2, "date", "ClosedMonth")]


def test_a_sheet_with_a_fault_changes_nothing(shop):
    preview = checked(shop, GOOD, GOOD | {"Persons": "?!x"})
    with pytest.raises(daysheet.HasProblems):
        daysheet.take_in(shop, preview)
    assert (count(shop, Encounter), count(shop, ImportedFile)) == (0, 0)


def test_a_sheet_is_taken_back_as_a_whole_and_can_be_taken_in_again(shop):
    rows = [GOOD, GOOD | {"Quantity": "3"}, GOOD | {"Remark": "x"}]
    file = daysheet.take_in(shop, checked(shop, *rows))
    first = shop.scalars(select(Encounter).order_by(Encounter.id)).first()
    aid.reverse(shop, first)
    assert imports.sheet_of(shop, first.id) == Standing(file.id, 2)
    assert imports.take_back(shop, file.id) == 2
    assert on_shelf(shop) == 150
    assert checks.run(shop) == []
    assert daysheet.take_in(shop, checked(shop, *rows)).id == file.id
    assert imports.sheet_of(shop, first.id) == Standing(file.id, 3)
    assert checked(shop, *rows).already


def test_a_sheet_taken_back_twice_is_refused_and_what_was_typed_in_has_none(shop):
    file = daysheet.take_in(shop, checked(shop, GOOD))
    assert imports.take_back(shop, file.id) == 1
    with pytest.raises(aid.AlreadyTakenBack):
        imports.take_back(shop, file.id)
    store, told = places.find(shop, "Main store"), [Count(Person(), 2)]
    typed = aid.help_group(shop, told, store, on=DAY, services=[Given(Service.PSS)])
    assert imports.sheet_of(shop, typed.id) is None


def test_what_was_used_up_since_the_preview_is_refused_with_its_row(shop):
    preview = checked(shop, GOOD, GOOD | {"Quantity": "90"})
    daysheet.take_in(shop, checked(shop, GOOD | {"Quantity": "20"}))
    with pytest.raises(daysheet.RowRefused) as raised:
        daysheet.take_in(shop, preview)
    assert (
        raised.value.text()
        == "Row 3, so nothing was imported: Main store: only 78\u00a0pcs of Blanket left."
    )
    assert (count(shop, Encounter), count(shop, ImportedFile)) == (1, 1)


def test_a_preview_of_other_books_is_refused(shop):
    preview = checked(shop, GOOD)
    stale = replace(preview, rows=(replace(preview.rows[0], quantity=1),))
    with pytest.raises(daysheet.ChangedMeanwhile):
        daysheet.take_in(shop, stale)
    assert count(shop, Encounter) == 0


def test_the_same_file_is_known_the_second_time(shop):
    preview = checked(shop, GOOD)
    daysheet.take_in(shop, preview)
    again = checked(shop, GOOD)
    assert again.already == date.today()
    assert not again.is_ready
    with pytest.raises(daysheet.AlreadyImported):
        daysheet.take_in(shop, preview)
    assert count(shop, Encounter) == 1


def test_the_same_entries_are_known_in_another_language_and_kind_of_file(shop):
    daysheet.take_in(shop, checked(shop, GOOD, GOOD | {"Persons": "3"}))
    book = Workbook()
    for row in (
        ("Количина", "Артикал", "Датум", "Лица", "Мјесто"),
        (2, "Ћебе", datetime(2026, 10, 5), 3, "Main store"),
        (2, "Ћебе", datetime(2026, 10, 5), None, "Main store"),
    ):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    assert daysheet.check(shop, daysheet.read(content.getvalue())).already


def test_a_remark_tells_two_sheets_apart(shop):
    daysheet.take_in(shop, checked(shop, GOOD))
    assert checked(shop, GOOD | {"Remark": "afternoon"}).is_ready


def test_the_totals_say_what_will_be_entered(shop):
    aided = GOOD | {"Item or service": "PSS", "Quantity": "", "Persons": "4", "Date": "6.10.2026"}
    totals = checked(shop, GOOD, GOOD | {"Persons": "3"}, aided).totals
    assert (totals.rows, totals.persons) == (3, 7)
    assert (totals.first, totals.last) == (date(2026, 10, 5), date(2026, 10, 6))
    assert [(sum_.name, sum_.quantity) for sum_ in totals.goods] == [("Blanket", 4)]
    assert [(sum_.kind, sum_.times) for sum_ in totals.services] == [(Service.PSS, 4)]


def test_columns_may_stand_in_any_order_below_titles_and_some_may_be_absent(shop):
    text = "Crveni krst;;\n\nBroj osoba;količina;DATUM;Artikal;Punkt\n3;2;5.10.2026;Deka;main store"
    preview = daysheet.check(shop, daysheet.read(text.encode()))
    assert preview.is_ready
    assert preview.rows[0].row == 4


def test_a_column_that_nobody_knows_is_not_left_out_in_silence(shop):
    text = b"Date;Place;Persons;Persns;;# Source\n5.10.2026;Main store;3;4;x;web\n"
    preview = daysheet.check(shop, daysheet.read(text))
    assert faults(preview) == [(1, None, "UnknownColumn"), (1, None, "NoHeading")]
    assert [problem.position for problem in preview.problems] == [3, 4]


def test_an_unknown_column_without_entries_does_no_harm(shop):
    text = b"Date;Place;Persons;Signature\n5.10.2026;Main store;3\n6.10.2026;Main store;3\n"
    assert daysheet.check(shop, daysheet.read(text)).is_ready


def test_a_column_twice_is_a_fault(shop):
    text = b"Date;Place;Persons;People\n5.10.2026;Main store;3;4\n"
    assert faults(daysheet.check(shop, daysheet.read(text))) == [(1, "persons", "ColumnTwice")]


def test_numbered_rows_without_anything_else_are_no_entries(shop):
    text = b"R. br.;Date;Place;Persons\n1;5.10.2026;Main store;3\n2;;;\n3;;-;\n"
    assert daysheet.check(shop, daysheet.read(text)).filled == 1


@pytest.mark.parametrize("text", [b"a;b;c\n1;2;3\n", b"Persons\n3\n", b"Date;Place\n5.10.2026;x\n"])
def test_a_file_without_headings_is_refused(shop, text):
    with pytest.raises(DomainError, match="no headings"):
        daysheet.check(shop, daysheet.read(text))


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_template_of_each_language_is_an_empty_day_sheet(shop, code):
    content = daysheet.template(code)
    assert (TEMPLATES / f"day-sheet-{code}.csv").read_bytes() == content
    with pytest.raises(daysheet.NoRows):
        daysheet.check(shop, daysheet.read(content))


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_sentence_names_a_column_as_the_template_does(shop, code):
    heads = daysheet.template(code).decode("utf-8-sig").strip().split(";")
    names = dict(zip(Column, heads, strict=False))
    nobody = checked(shop, GOOD | {"Sex": "male"}).problems[0]
    said = sheetrows.ItemAndService(text="x", column=Column.KIND).text(language(code))
    for column in (Column.PERSONS, Column.SEX, Column.AGE, Column.NATIONALITY):
        assert f"{names[column]}" in nobody.text(language(code))
    assert nobody.line(language(code)).partition(":")[0].endswith(f", {names[Column.PERSONS]}")
    assert names[Column.KIND] in said
    for column, name in names.items():
        assert name in Missing(field=column).text(language(code))
        assert name in sheetheads.ColumnTwice(column=column).text(language(code))


def test_the_guide_names_the_columns_as_the_template_does():
    guide = (TEMPLATES.parent / "day-sheet.md").read_text("utf-8")
    table = guide.partition("## Columns")[2].partition("## What")[0]
    told = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("|")]
    assert told[2:] == daysheet.template("en").decode("utf-8-sig").strip().split(";")


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_sheet_in_the_words_of_one_language_is_understood(shop, code):
    spoken = language(code)
    row = {
        "Date": spoken.day(date(2026, 10, 5)),
        "Place": "Main store",
        "Item or service": item(shop, "blanket").name(code),
        "Quantity": spoken.number(2),
        "Unit": spoken.show(item(shop, "blanket").unit),
        "Sex": spoken.show(Sex.MALE),
        "Nationality": spoken.country("AF"),
        "Persons": spoken.number(1),
        "Estimated": spoken.show(True),
    }
    heads = [spoken.show(column) for column in daysheet.Column][: len(HEADINGS)]
    body = [row.get(heading, "") for heading in HEADINGS]
    text = ";".join(heads) + "\n" + ";".join(body) + "\n"
    entry = daysheet.check(shop, daysheet.read(text.encode())).rows[0]
    assert (entry.person, entry.persons) == (Person(Sex.MALE, nationality="AF"), 1)
    assert (entry.quantity, entry.is_estimated) == (2000, True)


def test_cancelling_halfway_leaves_nothing(shop):
    class Stopped(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Stopped

    preview = checked(shop, GOOD)
    with pytest.raises(Stopped):
        daysheet.take_in(shop, preview, progress=stop)
    assert (count(shop, Encounter), count(shop, ImportedFile)) == (0, 0)


def test_a_sheet_gives_the_same_books_as_its_rows_one_by_one(shop, chance):
    preview = checked(shop, *random_rows(chance, 40))
    assert preview.is_ready
    with shop.begin_nested() as trial:
        one_by_one(shop, preview)
        expected = books(shop)
        trial.rollback()
    forget(shop)
    daysheet.take_in(shop, preview)
    assert books(shop) == expected
    assert checks.run(shop) == []


def random_rows(chance: random.Random, number: int) -> list[dict[str, str]]:
    """Rows that the shop has goods for."""
    return [
        {
            "Date": f"{chance.randint(1, 19)}.10.2026",
            "Place": "Main store",
            "Item or service": what,
            "Quantity": chance.choice("12") if what else "",
            "Persons": chance.choice("123"),
            "Sex": chance.choice(["m", "f", ""]),
        }
        for what in chance.choices(["blanket", "water", "PSS", "first aid", ""], k=number)
    ]


def one_by_one(session: Session, preview: Preview) -> None:
    for entry in sorted(preview.rows, key=lambda entry: (entry.day, entry.row)):
        goods, services = [], []
        if entry.item_id:
            goods.append(Goods(session.get_one(Item, entry.item_id), entry.quantity))
        if entry.service:
            services.append(Given(entry.service, entry.times, entry.persons))
        aid.help_group(
            session, [Count(entry.person, entry.persons)], session.get_one(Place, entry.place_id),
            on=entry.day, goods=goods, services=services,
        )  # fmt: skip


def books(session: Session) -> dict[str, object]:
    """All that a report could count, and what is left on the shelves."""
    papers = select(Document.number, Document.day, Document.place_id).order_by(Document.id)
    lines = select(Line.day, Line.lot_id, Line.from_id, Line.to_id, Line.quantity)
    told = select(Reached.day, Reached.sex, Reached.age_band, Reached.nationality, Reached.persons)
    services = select(ServiceGiven.day, ServiceGiven.kind, ServiceGiven.times, ServiceGiven.persons)
    meetings = select(Encounter.day, Encounter.place_id, Encounter.persons, Encounter.is_estimated)
    return {
        "papers": session.execute(papers).all(),
        "lines": Counter(session.execute(lines).all()),
        "told": Counter(session.execute(told).all()),
        "services": Counter(session.execute(services).all()),
        "meetings": Counter(session.execute(meetings).all()),
        "left": Counter(session.execute(select(OnHand.lot_id, OnHand.quantity)).all()),
    }


def test_a_spoiled_sheet_is_taken_in_whole_or_refused_in_a_sentence(shop, chance):
    whole = written(*random_rows(chance, 8))
    for _ in range(80):
        with shop.begin_nested() as trial:
            taken_in_whole_or_refused(shop, spoiled(whole, chance))
            trial.rollback()


def spoiled(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(changed))
        changed[at : at + chance.randint(0, 2)] = chance.choice(
            [b'"', b";", b"\n", b"\0", b"=", b"9", b"-", bytes([chance.randrange(256)])]
        )
    return bytes(changed[: chance.randrange(len(changed))] if chance.random() < 0.2 else changed)


def taken_in_whole_or_refused(session: Session, content: bytes) -> None:
    before, expected = count(session, Encounter), 0
    with suppress(DomainError):
        preview = daysheet.check(session, daysheet.read(content))
        daysheet.take_in(session, preview)
        expected = len(preview.rows)
    assert count(session, Encounter) == before + expected


@pytest.mark.parametrize(
    "hostile",
    ["'; DROP TABLE item; --", "%s%n", "{0.__class__}", "..\\..\\x", "</para><b>", "=HYPERLINK(1)",
     "<img src=x>", "\u202etxt", "_xD800_", "ć" * 400],
)  # fmt: skip
def test_hostile_text_is_only_text(shop, hostile):
    for name in HEADINGS[:-1]:
        for problem in checked(shop, GOOD | {name: hostile}).problems:
            assert problem.text()
    daysheet.take_in(shop, checked(shop, GOOD | {"Remark": hostile}))
    kept = shop.scalars(select(Encounter.remark)).one()
    assert kept == hostile.replace("\u202e", "")


def test_a_virtual_place_is_no_store(shop):
    preview = checked(shop, GOOD)
    plan = sheetplan.Plan(shop, places.virtual(shop, PlaceKind.DONOR))
    with pytest.raises(stock.PlaceNeeded):
        plan.encounter(preview.rows[0])


def test_a_file_that_is_wrong_throughout_is_not_read_to_its_end(shop):
    rows = [{"Date": "x", "Persons": "y"}] * 20_000
    preview = checked(shop, *rows)
    assert len(preview.problems) == daysheet.MOST_PROBLEMS
    with pytest.raises(daysheet.TooManyProblems):
        daysheet.require_ready(preview)


def test_a_year_in_which_a_digit_is_missing_is_noticed(shop):
    preview = checked(shop, {"Date": "5.10.0206", "Persons": "3", "Place": "Main store"})
    assert [name for _row, _column, name in faults(preview)] == ["LongAgo"]
