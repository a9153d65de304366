"""Reports of many branches, read from their files, are added up once each; who is missing is said.

What cannot be counted is set aside with a reason, and the sum agrees as each report does.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import conftest
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pypdf import PdfReader
from referencing import Registry, Resource
from sqlalchemy.orm import Session
from things import as_program

import main
from models import clock
from models.database import Database
from models.desk import aid, cards
from models.desk.aid import Count, Given, Service
from models.desk.cards import AgeBand, Disability, Person, Sex
from models.goods import items, places, stock
from models.goods.items import Category
from models.goods.stock import Goods
from models.office import branch, territory
from models.office.branch import Level
from models.periods import Period
from models.spans import Spans
from models.units import THOUSAND, Unit
from reports import archive, consolidated, monthly, plain
from reports.consolidated import tables
from reports.consolidated.adding import summed
from reports.consolidated.collect import NoneAbove
from reports.consolidated.figures import Consolidated, Reason, Remark
from reports.consolidated.received import Received, carried_in
from reports.monthly import public
from reports.monthly.figures import Monthly, Status
from reports.monthly.reconcile import reconcile
from translations import LANGUAGES, language

DOCS = Path(__file__).parents[1] / "docs"
OCTOBER, SEPTEMBER = Period.month(2026, 10), Period.month(2026, 9)
MADE = datetime(2026, 11, 3, 10, 30)
AFGHAN = Person(Sex.MALE, AgeBand.ADULT, "AF", Disability.NO)
SYRIAN = Person(Sex.FEMALE, AgeBand.CHILD, "SY", Disability.UNKNOWN)


@pytest.fixture(params=["sqlite"])
def db(branch_folder: Path) -> Iterator[Database]:
    """What was sent does not depend on the engine."""
    opened = as_program(Database.open(branch_folder, conftest.KEY))
    yield opened
    opened.close()


@pytest.fixture
def bihac(session: Session) -> Monthly:
    """October in Bihać: 40 persons in a group, one with a card, blankets and first aid."""
    with clock.at(MADE):
        unit = territory.find("BA-BIH/01/Bihać")
        branch.set_up(session, units=[unit], names=branch.suggest(unit), language="bs")
        store = places.add(session, "Bihać")
        blanket = Goods(items.find(session, "blanket"), 100 * THOUSAND, unit_value=1500)
        stock.receive(session, store, [blanket], on=date(2026, 9, 1), supplier="IFRC")
        aid.help_group(
            session, [Count(AFGHAN, 40)], store, on=date(2026, 10, 6),
            goods=[Goods(items.find(session, "blanket"), 40 * THOUSAND)],
            services=[Given(Service.FIRST_AID, 12, 12)],
        )  # fmt: skip
        card = cards.add(session, SYRIAN)
        aid.help_person(session, card, store, on=date(2026, 10, 7), services=[Given(Service.PSS)])
        return monthly.collect(session, OCTOBER)


def sent_by(report: Monthly, key: str, **other: object) -> Monthly:
    """The same figures as another branch would send them."""
    unit = territory.find(key)
    sender = replace(
        report.sender,
        entity=unit.entity,
        canton=unit.canton,
        municipalities=(key,),
        names=branch.suggest(unit),
    )
    changed: Monthly = replace(report, sender=sender, **other)  # type: ignore[arg-type]
    return changed


@pytest.fixture
def cazin(bihac: Monthly) -> Monthly:
    return sent_by(bihac, "BA-BIH/01/Cazin")


def whole_of(*reports: Monthly, **chosen: object) -> Consolidated:
    received = [Received(f"{at}.pdf", report) for at, report in enumerate(reports)]
    with clock.at(datetime(2026, 11, 20, 9, 0)):
        return consolidated.collect(received, **chosen)  # type: ignore[arg-type]


def remarks(data: Consolidated) -> list[tuple[Remark, ...]]:
    return [each.remarks for each in data.branches]


def test_what_branches_report_is_added_up_line_by_line(bihac: Monthly, cazin: Monthly) -> None:
    total = whole_of(bihac, cazin).total
    assert total.people.persons == Spans(82, 0, 82)
    assert total.people.carded.now == 2
    assert {line.country: line.persons.now for line in total.people.nationalities} == {
        "AF": 80, "SY": 2, "XX": 0,
    }  # fmt: skip
    assert {line.kind: line.times.now for line in total.services if line.times.now} == {
        Service.FIRST_AID: 24, Service.PSS: 2,
    }  # fmt: skip
    (handed,) = total.handed_out
    assert (handed.item, handed.quantity.now) == ("blanket", 80)
    (left,) = total.stock
    assert (left.opening, left.handed_out, left.closing, left.value.fenings) == (
        200,
        80,
        120,
        180000,
    )
    assert [day.contacts for day in total.people.days][5:7] == [80, 2]


def test_the_sum_agrees_in_itself_and_so_do_its_indicators(bihac: Monthly, cazin: Monthly) -> None:
    total = whole_of(bihac, replace(cazin, indicators=cazin.indicators[:1])).total
    assert reconcile(total) == []
    assert {line.code: line.value.now for line in total.indicators}["bedding"] == 80


def test_a_report_sent_twice_counts_once(bihac: Monthly, cazin: Monthly) -> None:
    data = whole_of(bihac, cazin, bihac)
    assert data.total.people.persons.now == 82
    assert Remark.TWICE in remarks(data)[0]
    assert Remark.TWICE not in remarks(data)[1]


def test_the_final_report_then_the_later_correction_counts(bihac: Monthly) -> None:
    first = replace(bihac, status=Status.FINAL, number=10)
    people = replace(bihac.people, persons=Spans(1, 1, 1))
    second = replace(first, correction=1, people=people, made_at=datetime(2026, 11, 1, 8))
    draft = replace(bihac, made_at=datetime(2026, 11, 30, 8))
    data = whole_of(second, draft, first)
    assert data.branches[0].report is second
    assert Remark.CHANGED in remarks(data)[0]
    assert Remark.DISAGREES in remarks(data)[0]


def test_a_draft_newer_than_the_final_report_is_not_what_it_replaces(bihac: Monthly) -> None:
    final = replace(bihac, status=Status.FINAL, number=10)
    draft = replace(bihac, made_at=datetime(2026, 11, 30, 8))
    assert remarks(whole_of(final, draft)) == [(Remark.REOPENED,)]
    older = replace(bihac, made_at=datetime(2026, 11, 1, 8))
    assert remarks(whole_of(final, older)) == [(Remark.CHANGED,)]
    assert remarks(whole_of(older, final, draft)) == [(Remark.CHANGED, Remark.REOPENED)]


def test_who_is_late_who_may_still_change_and_who_is_missing(
    bihac: Monthly, cazin: Monthly
) -> None:
    closed = replace(cazin, status=Status.FINAL, number=10, made_at=datetime(2026, 11, 11, 8))
    data = whole_of(bihac, closed, due=date(2026, 11, 10))
    assert remarks(data) == [(Remark.DRAFT,), (Remark.LATE,)]
    assert data.level is Level.CANTON
    assert {key.split("/")[2] for key in data.missing} == {
        "Bosanska Krupa", "Bosanski Petrovac", "Bužim", "Ključ", "Sanski Most", "Velika Kladuša",
    }  # fmt: skip


@pytest.fixture
def corrected(bihac: Monthly) -> list[Monthly]:
    """The first report of 3 November, and two corrections made after the tenth."""
    first = replace(bihac, status=Status.FINAL, number=10)
    days = (datetime(2026, 11, 3, 8), datetime(2026, 11, 15, 8), datetime(2026, 11, 18, 8))
    return [replace(first, correction=at, made_at=day) for at, day in enumerate(days)]


def test_a_correction_of_a_report_that_came_in_time_is_not_late(corrected: list[Monthly]) -> None:
    assert remarks(whole_of(*corrected, due=date(2026, 11, 10))) == [(Remark.CHANGED,)]
    assert remarks(whole_of(*corrected[1:], due=date(2026, 11, 15))) == [(Remark.CHANGED,)]


def test_a_correction_is_late_where_its_first_report_was(corrected: list[Monthly]) -> None:
    data = whole_of(*corrected, due=date(2026, 11, 2))
    assert remarks(data) == [(Remark.LATE, Remark.CHANGED)]


def test_where_the_first_report_did_not_come_a_late_correction_says_so(
    corrected: list[Monthly],
) -> None:
    data = whole_of(corrected[2], due=date(2026, 11, 10))
    assert remarks(data) == [(Remark.LATE, Remark.FIRST_MISSING)]
    assert tables.remarks(data.branches[0], language("en")) == (
        "late, its first report is not among the files"
    )


def test_the_level_is_the_lowest_that_all_report_to(bihac: Monthly, cazin: Monthly) -> None:
    mostar = sent_by(bihac, "BA-BIH/07/Mostar")
    banja_luka = sent_by(bihac, "BA-SRP//Banja Luka")
    brcko = sent_by(bihac, next(u.key for u in territory.units() if u.entity == territory.BRCKO))
    assert whole_of(bihac, cazin).level is Level.CANTON
    assert whole_of(bihac, mostar).level is Level.ENTITY
    assert whole_of(banja_luka).level is Level.ENTITY
    assert whole_of(bihac, banja_luka).level is Level.SOCIETY
    assert whole_of(brcko).level is Level.SOCIETY
    assert len(whole_of(bihac, banja_luka).missing) == 142
    names = whole_of(bihac, mostar).total.sender.names
    assert names[Level.BRANCH]["bs"] == territory.ENTITIES[territory.FEDERATION]["bs"]
    assert list(names) == [Level.BRANCH, Level.SOCIETY]


def test_where_there_is_no_such_organization_nothing_is_added_up_in_its_name(
    bihac: Monthly, cazin: Monthly
) -> None:
    banja_luka = sent_by(bihac, "BA-SRP//Banja Luka")
    bijeljina = sent_by(bihac, "BA-SRP//Bijeljina")
    brcko = sent_by(bihac, next(u.key for u in territory.units() if u.entity == territory.BRCKO))
    with pytest.raises(NoneAbove):
        whole_of(banja_luka, bijeljina, level=Level.CANTON)
    with pytest.raises(NoneAbove):
        whole_of(brcko, level=Level.ENTITY)
    canton = whole_of(banja_luka, bijeljina, cazin, level=Level.CANTON)
    assert [each.report for each in canton.branches] == [cazin]
    assert [each.reason for each in canton.set_aside] == [Reason.OUTSIDE] * 2


def test_an_organization_that_no_report_names_is_called_as_the_country_calls_it(
    bihac: Monthly,
) -> None:
    own = {Level.BRANCH: bihac.sender.names[Level.BRANCH]}
    alone = replace(bihac, sender=replace(bihac.sender, names=own))
    (canton,) = (each for each in territory.cantons() if each.code == "01")
    assert whole_of(alone).total.sender.names == {Level.BRANCH: dict(canton.organization)}
    entity = whole_of(alone, level=Level.ENTITY).total.sender.names
    assert entity == {Level.BRANCH: dict(territory.ENTITIES[territory.FEDERATION])}


def test_two_municipalities_of_one_name_are_told_apart(bihac: Monthly) -> None:
    said = tables.missing(whole_of(bihac, level=Level.SOCIETY), language("en"))
    assert "Kupres, Kupres (Republika Srpska)," in said
    assert "Trnovo, Trnovo (Republika Srpska)," in said
    assert said.count("(") == 2


def test_what_is_not_counted_is_named_with_its_reason(bihac: Monthly, cazin: Monthly) -> None:
    practice = replace(cazin, sender=replace(cazin.sender, is_practice=True))
    mostar = sent_by(bihac, "BA-BIH/07/Mostar")
    received = [
        Received("a.pdf", bihac),
        Received("b.pdf", practice),
        Received("c.pdf", replace(cazin, period=SEPTEMBER)),
        Received("d.pdf", mostar),
        Received("e.pdf", cazin),
    ]
    data = consolidated.collect(received, level=Level.CANTON)
    assert [(each.file, each.reason) for each in data.set_aside] == [
        ("b.pdf", Reason.PRACTICE), ("c.pdf", Reason.OTHER_DAYS), ("d.pdf", Reason.OUTSIDE),
    ]  # fmt: skip
    assert len(data.branches) == 2
    other = consolidated.collect(received, period=SEPTEMBER)
    assert [each.report.period for each in other.branches] == [SEPTEMBER]


def test_practice_data_are_added_up_among_themselves_and_say_so(bihac: Monthly) -> None:
    practice = replace(bihac, sender=replace(bihac.sender, is_practice=True))
    assert whole_of(practice).total.sender.is_practice


def test_two_branches_that_report_about_one_municipality_are_noticed(
    bihac: Monthly, cazin: Monthly
) -> None:
    keys = ("BA-BIH/01/Bihać", "BA-BIH/01/Cazin")
    both = replace(cazin, sender=replace(cazin.sender, municipalities=keys))
    assert all(Remark.SHARED in each for each in remarks(whole_of(bihac, both)))


def test_the_same_code_in_another_unit_is_another_line(bihac: Monthly, cazin: Monthly) -> None:
    (blanket,) = cazin.items
    other = replace(cazin, items=(replace(blanket, unit=Unit.BOX),))
    data = whole_of(bihac, other)
    assert [(line.item, line.quantity.now) for line in data.total.handed_out] == [
        ("blanket", 40), ("blanket (2)", 40),
    ]  # fmt: skip
    assert reconcile(data.total) == []


@pytest.mark.parametrize(
    "other",
    [{"names": dict.fromkeys(LANGUAGES, "Čizme")}, {"category": Category.CLOTHING}],
)
def test_other_goods_under_the_same_code_are_another_line(
    bihac: Monthly, cazin: Monthly, other: dict[str, object]
) -> None:
    """Branches make up codes; one of them may be what the sum would call the other's goods."""
    (blanket,) = cazin.items
    changed = replace(cazin, items=(replace(blanket, **other),))  # type: ignore[arg-type]
    krupa = renamed(sent_by(bihac, "BA-BIH/01/Bosanska Krupa"), "blanket (2)")
    total = whole_of(bihac, krupa, changed, sent_by(changed, "BA-BIH/01/Bužim")).total
    assert {line.item: line.quantity.now for line in total.handed_out} == {
        "blanket": 40, "blanket (2)": 40, "blanket (3)": 80,
    }  # fmt: skip
    assert {line.item for line in (*total.donations, *total.stock_by_donor)} <= {
        item.code for item in total.items
    }
    assert reconcile(total) == []


def renamed(report: Monthly, code: str) -> Monthly:
    """The same report of one kind of goods, under another code."""
    goods = ("handed_out", "donations", "stock", "stock_by_donor")
    lines = {
        name: tuple(replace(each, item=code) for each in getattr(report, name)) for name in goods
    }
    (item,) = report.items
    return replace(report, items=(replace(item, code=code),), indicators=(), **lines)


def test_goods_called_alike_in_one_language_are_one_line(bihac: Monthly, cazin: Monthly) -> None:
    (blanket,) = cazin.items
    names = {**blanket.names, "bs": "Deka, debela"}
    data = whole_of(bihac, replace(cazin, items=(replace(blanket, names=names),)))
    assert [line.quantity.now for line in data.total.handed_out] == [80]


def test_a_weight_that_one_branch_does_not_know_stands_apart(
    bihac: Monthly, cazin: Monthly
) -> None:
    (line,) = cazin.handed_out
    unweighed = replace(cazin, handed_out=(replace(line, kilograms=None),))
    data = whole_of(bihac, unweighed)
    assert [(each.quantity.now, each.kilograms) for each in data.total.handed_out] == [
        (40, bihac.handed_out[0].kilograms), (40, None),
    ]  # fmt: skip
    assert reconcile(data.total) == []
    (weight,) = (each for each in data.total.indicators if each.terms == ("weight:all",))
    assert weight.value.now == tables.by_branch(data, language("en")).totals.kilograms == 64


def test_all_branches_together_worked_the_hours_that_the_sum_says(bihac: Monthly) -> None:
    """Twenty minutes each are an hour, not three times 0.33."""
    worked = replace(bihac.volunteers, minutes=Spans(20, 0, 20))
    keys = ("BA-BIH/01/Bihać", "BA-BIH/01/Cazin", "BA-BIH/01/Bužim")
    data = whole_of(*(sent_by(replace(bihac, volunteers=worked), key) for key in keys))
    part = tables.by_branch(data, language("en"))
    assert [row.hours for row in part.rows] == [Decimal("0.33")] * 3
    assert part.totals.hours == 1


def test_donors_stand_in_the_order_of_the_alphabet(bihac: Monthly, cazin: Monthly) -> None:
    def given_by(report: Monthly, donor: str) -> Monthly:
        return replace(
            report,
            donations=tuple(replace(each, donor=donor) for each in report.donations),
            stock_by_donor=tuple(replace(each, donor=donor) for each in report.stock_by_donor),
        )

    krupa = sent_by(bihac, "BA-BIH/01/Bosanska Krupa")
    reports = [given_by(bihac, "Zora"), given_by(cazin, "Čaritas"), given_by(krupa, "")]
    total = whole_of(*reports).total
    assert [line.donor for line in total.stock_by_donor] == ["Čaritas", "Zora", ""]
    nobody = [replace(line, donor=None) for line in krupa.stock_by_donor]
    unnamed = replace(reports[2], stock_by_donor=(*nobody, *reports[2].stock_by_donor))
    assert len(whole_of(bihac, unnamed).total.stock_by_donor) == 2


def test_a_consolidated_report_can_be_added_up_again(bihac: Monthly, cazin: Monthly) -> None:
    canton = whole_of(bihac, cazin)
    inside = carried_in(consolidated.to_json(canton))
    assert inside == [bihac, cazin]
    mostar = sent_by(bihac, "BA-BIH/07/Mostar")
    again = whole_of(*inside, mostar, cazin)
    assert again.total.people.persons.now == 3 * 41
    assert again.level is Level.ENTITY


FIGURES = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))


@given(parts=st.lists(FIGURES, min_size=2, max_size=6), cut=st.integers(1, 5))
def test_it_is_the_same_in_whatever_groups_it_is_added(
    parts: list[tuple[int, int, int]], cut: int
) -> None:
    spans = [Spans(*part) for part in parts]
    cut = min(cut, len(spans) - 1)
    assert summed([summed(spans[:cut]), summed(spans[cut:])]) == summed(spans[::-1])
    assert summed(spans).now == sum(now for now, _before, _year in parts)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_paper_names_every_branch_and_carries_all_of_it(
    bihac: Monthly, cazin: Monthly, code: str
) -> None:
    told = replace(cazin, narratives={"needs": "Čizme za zimu"})
    data, spoken = whole_of(bihac, told), language(code)
    pdf = consolidated.render(data, spoken)
    assert archive.data_of(pdf) == plain.read(consolidated.to_json(data))
    pages = PdfReader(io.BytesIO(pdf)).pages
    printed = "".join("".join(page.extract_text().split()) for page in pages)
    for each in data.branches:
        assert "".join(tables.name_of(each.report, spoken).split()) in printed
    assert "".join(tables.missing(data, spoken).split()) in printed
    assert "Čizmezazimu" in printed
    book = openpyxl.load_workbook(io.BytesIO(consolidated.workbook(data, spoken)))
    lines = [row[0] for row in book.worksheets[2].iter_rows(min_row=4, values_only=True)]
    names = [tables.name_of(each.report, spoken) for each in data.branches]
    assert lines[:3] == [*names, spoken.gettext("Total")]


def test_the_data_are_as_the_schema_describes_them(bihac: Monthly, cazin: Monthly) -> None:
    schema = json.loads((DOCS / "consolidated-report.schema.json").read_text("utf-8"))
    report = json.loads((DOCS / "monthly-report.schema.json").read_text("utf-8"))
    registry = Registry().with_resource(
        "monthly-report.schema.json", Resource.from_contents(report)
    )
    Draft202012Validator.check_schema(schema)
    data = whole_of(bihac, replace(cazin, period=SEPTEMBER), due=date(2026, 11, 10))
    found = json.loads(consolidated.to_json(data))
    checked = Draft202012Validator(schema, registry=registry)
    assert [error.message for error in checked.iter_errors(found)] == []
    assert set(found) == set(schema["properties"])


@pytest.fixture
def folder(tmp_path: Path, bihac: Monthly, cazin: Monthly) -> Path:
    """What lies in the folder of a canton: two reports, and what else people send."""
    (tmp_path / "bihać.pdf").write_bytes(monthly.render(bihac, language("bs")))
    (tmp_path / "cazin.json").write_bytes(monthly.to_json(cazin))
    (tmp_path / "public.json").write_bytes(public.to_json(public.publish(bihac)))
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing else")
    (tmp_path / "newer.json").write_bytes(b'{"schema": "ogranak/monthly/2"}')
    (tmp_path / "later.json").write_bytes(b'{"schema": "ogranak/consolidated/2"}')
    (tmp_path / "letter.txt").write_text("Dear colleagues")
    (tmp_path / "older.pdf").mkdir()
    return tmp_path


def test_a_folder_is_read_and_what_is_no_report_in_it_is_named(folder: Path) -> None:
    found, aside = consolidated.read(consolidated.files([folder]))
    assert [each.file for each in found] == ["bihać.pdf", "cazin.json"]
    assert {each.file: each.reason for each in aside} == {
        "broken.pdf": Reason.UNREADABLE, "later.json": Reason.NEWER,
        "newer.json": Reason.NEWER, "public.json": Reason.PUBLIC,
    }  # fmt: skip


@pytest.mark.parametrize(
    "broken",
    [
        b'{"schema": "ogranak/consolidated/1"}',
        b'{"schema": "ogranak/consolidated/1", "branches": []}',
        b'{"schema": "ogranak/consolidated/1", "branches": [1]}',
    ],
)
def test_a_consolidated_report_without_reports_is_none(broken: bytes) -> None:
    with pytest.raises(monthly.BadReport):
        carried_in(broken)


def test_half_a_letter_could_not_be_written_again(bihac: Monthly) -> None:
    sent = json.loads(monthly.to_json(bihac))
    sent["narratives"] = {"needs": "\ud800"}
    with pytest.raises(monthly.BadReport):
        carried_in(json.dumps(sent).encode())


@pytest.mark.parametrize("ending", ["pdf", "xlsx", "json"])
def test_the_command_adds_up_without_any_books(
    folder: Path, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "out" / f"whole.{ending}"
    out.parent.mkdir()
    words = ["consolidate", str(folder), "--out", str(out), "--language", "en"]
    assert main.main(words) == 0
    said = capsys.readouterr().out
    assert "2 reports added up" in said
    assert "Velika Kladuša" in said
    assert "broken.pdf: not a report of this program, or damaged" in said
    assert out.stat().st_size > 1000


def refusals(folder: Path) -> Sequence[tuple[list[str], str]]:
    empty = folder / "empty"
    empty.mkdir()
    return (
        ([str(folder / "none.pdf")], "There is no file"),
        ([str(empty)], "There is no report here"),
        ([str(folder / "broken.pdf")], "None of these files is a report"),
        ([str(folder), "--period", "2026-13"], "2026-13"),
        ([str(folder), "--period", "2025-01"], "None of these files is a report"),
        ([str(folder), "--due", "10. 11."], "is not a date"),
        ([str(folder), "--level", "town"], "canton, entity, society"),
    )


def test_what_cannot_be_added_up_is_refused_in_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, said in refusals(folder):
        out = folder / "whole.pdf"
        assert main.main(["consolidate", *words, "--out", str(out), "--language", "en"]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert said in line
        assert not out.exists()


def test_a_share_counts_meals_and_the_weight_that_is_known(bihac: Monthly) -> None:
    (row,) = tables.by_branch(whole_of(bihac), language("en")).rows
    assert (row.persons, row.contacts, row.services, row.meals) == (41, 41, 13, 0)
    assert row.kilograms == Decimal(64)
