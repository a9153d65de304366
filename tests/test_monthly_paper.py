"""Paper, workbook and carried data of a monthly report say the same, in every language."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

import openpyxl
import pikepdf
import pypdf
import pytest
from pikepdf import pdfa
from things import as_program

from models import clock, periods
from models.desk import aid, cards
from models.desk.aid import Count, Given, Service
from models.desk.cards import AgeBand, Disability, Person, Sex, Vulnerability
from models.goods import items, places, stock
from models.goods.stock import Goods
from models.office import branch, territory
from models.office.branch import Details, Level
from models.periods import Period
from models.spans import Spans
from models.units import THOUSAND
from reports import archive, monthly, plain
from reports.monthly import goods_tables, people_tables
from reports.monthly.figures import Nationality
from reports.monthly.part import beside
from reports.monthly.render import _countries
from reports.monthly.sheets import PARTS
from tests import preflight
from translations import LANGUAGES, Money, language

OCTOBER = Period.month(2026, 10)
LONG = "Udruženje za pomoć i podršku prijateljima naše male organizacije " * 3
HOSTILE = '=HYPERLINK("x") </para><img src="/etc/passwd"> %s {0} \u202e محمد علي'


@pytest.fixture(params=["sqlite"])
def db(request, branch_folder):
    """Paper does not depend on the engine."""
    import conftest

    from models.database import Database

    opened = as_program(Database.open(branch_folder, conftest.KEY))
    yield opened
    opened.close()


@pytest.fixture
def data(session):
    """October 2026 of a branch in Mostar, with long names and scripts of the road."""
    with clock.at(datetime(2026, 11, 3, 10, 30)):
        unit = next(unit for unit in territory.units() if unit.latin == "Mostar")
        details = Details(town="Mostar", secretary="Marija Zovko", president="Ivan Marić")
        names = branch.suggest(unit)
        branch.set_up(session, units=[unit], names=names, language="hr", details=details)
        store = places.add(session, "Glavno skladište")
        _month(session, store)
        return monthly.collect(session, OCTOBER)


def _month(session, store):
    for number, donor in enumerate((LONG, HOSTILE, "مؤسسة الخير", "")):
        goods = [Goods(item, 1234 * THOUSAND + 500, expiry=date(2028, 1, 1), unit_value=199)
                 for item in session.query(items.Item).limit(4 + number)]  # fmt: skip
        stock.receive(session, store, goods, on=date(2026, 9, 2), supplier=donor)
    for number, country in enumerate(("AF", "MA", "PK", "XX", "XS", "BD", "IR", "SY", "BI", "CU")):
        person = Person(list(Sex)[number % 3], list(AgeBand)[number % 7], country, Disability.NO)
        goods = [Goods(items.find(session, "lunch_pack"), (number + 1) * THOUSAND)]
        given = [Given(Service.FIRST_AID, 2 + number, 1 + number)]
        aid.help_group(
            session, [Count(person, 11 + 7 * number)], store,
            on=date(2026, 10, 1 + 3 * number), goods=goods, services=given,
        )  # fmt: skip
    card = cards.add(session, Person(), vulnerabilities=[Vulnerability.UASC])
    aid.help_person(session, card, store, on=date(2026, 10, 30), services=[Given(Service.PSS)])
    periods.write_narrative(session, OCTOBER, "incidents", HOSTILE)
    periods.write_narrative(session, OCTOBER, "needs", "Čizme\n" + LONG)


@pytest.fixture
def empty(session, data):
    return monthly.collect(session, Period.month(2019, 2))


def paper(data, code: str) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(monthly.render(data, language(code))))


def words(data, code: str) -> str:
    return " ".join(" ".join(page.extract_text() for page in paper(data, code).pages).split())


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_figure_of_every_table_is_on_the_paper(data, code):
    printed, spoken = squeezed(words(data, code)), language(code)
    for make in set(PARTS) - {people_tables.days}:
        part = make(data, spoken)
        for column in part.columns:
            for row in part.rows:
                shown = squeezed(spoken.show(column.of(row)))
                assert shown in printed or _runs_right_to_left(shown)


def _runs_right_to_left(text: str) -> bool:
    """Drawn in the order of reading, such a text is not found letter by letter."""
    return any("\u0590" <= letter <= "\u08ff" for letter in text)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_workbook_has_the_same_tables(data, code):
    spoken = language(code)
    book = openpyxl.load_workbook(io.BytesIO(monthly.workbook(data, spoken)))
    assert len(book.sheetnames) == len(PARTS) + 1
    for make, sheet in zip(PARTS, book.worksheets[1:], strict=True):
        part = make(data, spoken)
        lines = list(sheet.iter_rows(min_row=3, values_only=True))
        assert list(lines[0]) == [column.title for column in part.columns]
        for row, line in zip(part.rows, lines[1:], strict=False):
            assert list(line) == [_in_a_cell(column.of(row), spoken) for column in part.columns]


def _in_a_cell(value, spoken):
    if isinstance(value, Money):
        return value.fenings / 100
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, int):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    return None if value in (None, "") else spoken.show(value)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_pdf_carries_exactly_the_figures(data, code):
    pdf = monthly.render(data, language(code))
    assert archive.data_of(pdf) == plain.read(monthly.to_json(data))
    assert monthly.from_plain(archive.data_of(pdf)) == data


@pytest.mark.parametrize("code", LANGUAGES)
def test_unknown_values_are_named_below_the_table(data, code):
    quantity = data.stock[0].closing
    stock = (replace(data.stock[0], value=Money(0), without_value=quantity), *data.stock[1:])
    unknown, spoken = replace(data, stock=stock), language(code)
    part = goods_tables.stock(unknown, spoken)
    assert spoken.show(part.columns[-1].of(part.rows[0])) == "—"
    assert part.note.startswith("1 line has goods") or code != "en"
    assert squeezed(part.note) in squeezed(words(unknown, code))
    book = openpyxl.load_workbook(io.BytesIO(monthly.workbook(unknown, spoken)))
    sheet = book.worksheets[1 + PARTS.index(goods_tables.stock)]
    assert part.note in [line[0] for line in sheet.values]


@pytest.mark.parametrize("code", LANGUAGES)
def test_in_the_head_of_a_column_only_a_month_stands_above_its_year(data, code):
    before, year = beside(data, language(code))
    assert len(before.split(" ")) == len(year.split(" ")) == 2
    week = replace(data, previous=Period(date(2026, 10, 1), date(2026, 10, 7)))
    assert [len(part.split()) for part in beside(week, language(code))[0].split(" ")] == [4, 3]


def test_the_unknown_are_no_part_of_the_other_countries_in_the_chart(data):
    shown = [("XX", 90), *((code, 9) for code in "AF BD BI CU EG IQ IR".split()), ("MA", 1)]
    nations = tuple(Nationality(code, Spans(count, 0, count)) for code, count in shown)
    counted = replace(data, people=replace(data.people, nationalities=nations))
    chart = _countries(counted, language("en"))
    found = [(bar.name, bar.value) for bar in chart.bars]
    assert found[-3:] == [("Iran", 9), ("others", 1), ("Unknown", 90)]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "Goods received, by donor or supplier"),
        ("bs", "Primljena roba, po donatoru ili dobavljaču"),
        ("hr", "Primljena roba, po donatoru ili dobavljaču"),
        ("sr_Cyrl", "Примљена роба, по донатору или добављачу"),
        ("sr_Latn", "Primljena roba, po donatoru ili dobavljaču"),
    ],
)
def test_what_was_bought_is_not_called_a_donation(data, code, said):
    spoken = language(code)
    part, stock = goods_tables.donations(data, spoken), goods_tables.stock_by_donor(data, spoken)
    assert part.heading == said and part.note
    supplier = spoken.gettext("Donor or supplier")
    assert {part.columns[0].title, stock.columns[0].title} == {supplier}
    assert max(len(part.tab), len(stock.tab)) <= 31  # or Excel would cut the name


def test_a_table_whose_values_are_all_known_says_nothing_of_it(data):
    assert not goods_tables.stock(data, language("en")).note


def test_every_day_of_the_chart_is_in_the_workbook(data):
    part = people_tables.days(data, language("en"))
    assert [row.day.day for row in part.rows] == list(range(1, 32))
    assert sum(row.contacts for row in part.rows) == data.people.contacts.now
    assert people_tables.days in PARTS


def test_a_correction_of_a_closed_month_is_explained(data):
    minus = replace(data.people.days[0], contacts=-5)
    people = replace(data.people, days=(minus, *data.people.days[1:]))
    sentence = "Entries taken back after their month was closed count with a minus."
    assert sentence in words(replace(data, people=people), "en")
    assert sentence not in words(data, "en")


@pytest.mark.parametrize("code", LANGUAGES)
def test_an_empty_month_is_a_whole_report(empty, code):
    text = words(empty, code)
    assert squeezed(language(code).month(date(2019, 2, 1))) in squeezed(text)
    assert "M.P." in text or "М.П." in text


def test_the_sentence_of_reconciliation_stands_below_its_own_heading(data):
    assert "Agreement of the figures Opening stock + received" in words(data, "en")


def test_a_branch_without_any_document_names_none(session, data, empty):
    assert "Stock book up to document" in words(data, "en")
    nothing = replace(empty, chain=replace(empty.chain, number=0))
    assert "Stock book up to document" not in words(nothing, "en")


def test_the_head_names_sender_addressee_period_and_status(data):
    text = words(data, "en")
    for part in (
        "Red Cross of Herzegovina-Neretva Canton", "Monthly report on aid to people on the move",
        "Period: October 2026 · draft report · internal copy", "Prepared by: Marija Zovko",
        "Approved by: Ivan Marić", "M.P.", "page 1 of", data.chain.hash[:4],
    ):  # fmt: skip
        assert part in text


def test_a_closed_month_has_its_number_and_the_chain_head(session, data):
    with clock.at(datetime(2026, 11, 4, 8, 0)):
        final = monthly.close(session, OCTOBER)
        text = words(final, "en")
    assert "No. 1/2026 · Mostar, 4. 11. 2026." in text and "final report" in text
    head = " ".join(final.chain.hash[start : start + 4] for start in range(0, 16, 4))
    assert f"report 1/2026 · control record {head}" in text
    assert final.chain.hash in squeezed(text)


def test_a_closed_month_prints_the_same_bytes_again(session, data):
    with clock.at(datetime(2026, 11, 4, 8, 0)):
        first = monthly.render(monthly.close(session, OCTOBER), language("hr"))
    with clock.at(datetime(2026, 11, 20, 8, 0)):
        assert monthly.render(monthly.of(session, OCTOBER), language("hr")) == first


def test_a_free_period_is_not_called_monthly(session, data):
    period = Period(date(2026, 10, 5), date(2026, 10, 18))
    text = words(monthly.collect(session, period), "en")
    assert "Monthly report" not in text and "5. 10. 2026. – 18. 10. 2026." in text
    assert "21. 9. 2026. – 4. 10. 2026." in text


def test_practice_data_says_so_on_every_page(data):
    practice = replace(data, sender=replace(data.sender, is_practice=True))
    reader = paper(practice, "en")
    assert all("PRACTICE DATA" in page.extract_text() for page in reader.pages)
    assert "None of its figures are real" in words(practice, "en")


def test_figures_that_do_not_agree_are_named_on_the_paper(data):
    broken = replace(data, stock=(replace(data.stock[0], closing=Decimal(1)), *data.stock[1:]))
    assert "These figures do not agree" in words(broken, "en")
    assert "These figures do not agree" not in words(data, "en")


def test_long_names_wrap_and_nothing_is_lost(data):
    names = {level: dict.fromkeys(LANGUAGES, LONG.strip()) for level in Level}
    long = replace(data, sender=replace(data.sender, names=names))
    assert squeezed(words(long, "bs")).count(squeezed(LONG)) >= 3


def test_markup_in_a_donor_stays_text(data):
    assert "</para><imgsrc" in squeezed(words(data, "hr"))
    book = openpyxl.load_workbook(io.BytesIO(monthly.workbook(data, language("hr"))))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


@pytest.mark.parametrize("code", ["sr_Cyrl", "en"])
def test_the_file_is_sound_and_has_only_our_fonts(tmp_path, data, code):
    file = tmp_path / "report.pdf"
    file.write_bytes(monthly.render(data, language(code)))
    preflight.run("qpdf", "--check", file)
    lines = preflight.run("pdffonts", file).splitlines()[2:]
    assert lines and all("+NotoSans" in line and " yes yes " in line for line in lines)


@pytest.mark.parametrize("code", ["sr_Cyrl", "hr"])
def test_another_validator_finds_nothing_in_the_report(tmp_path, data, code):
    """PDFBox knows PDF/A-1b only, which forbids what is attached: it gets the pages alone."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(monthly.render(data, language(code)))) as file:
        del file.Root.Names, file.Root.AF
        pdfa.prepare(file, "1b")
        pdfa.save(file, buffer, "1b", repair=False)
    assert preflight.findings(buffer.getvalue(), tmp_path) == []


def test_a_report_without_organizations_above_is_addressed_to_nobody(data):
    alone = {Level.BRANCH: data.sender.names[Level.BRANCH]}
    assert "Submitted to" not in words(
        replace(data, sender=replace(data.sender, names=alone)), "en"
    )


def test_the_moment_it_was_made_is_in_the_file(data):
    made = paper(data, "en").xmp_metadata.xmp_create_date
    assert made.replace(tzinfo=UTC) == datetime(2026, 11, 3, 10, 30, tzinfo=UTC)
