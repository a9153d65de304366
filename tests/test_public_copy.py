"""The public copy of a monthly report: paper, workbook and data hide small figures alike."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from sqlalchemy.orm import Session

from models.desk import aid, cards
from models.desk.aid import Count, Given, Service
from models.desk.cards import AgeBand, Disability, Person, Sex
from models.goods import places
from models.office import branch, territory
from models.office.indicators import Term
from models.periods import Period
from models.spans import Spans
from reports import monthly, small_cells
from reports.monthly import indicators as adding
from reports.monthly import public, public_paper
from reports.monthly.figures import Cell, IndicatorLine, Monthly, Nationality
from translations import LANGUAGES, language

OCTOBER = Period.month(2026, 10)
SCHEMA = Path(__file__).parents[1] / "docs" / "public-report.schema.json"


@pytest.fixture
def data(session: Session) -> Monthly:
    """October of a branch: crowds of men, three women, one of them with a card."""
    unit = territory.find("BA-BIH/01/Bihać")
    branch.set_up(session, units=[unit], names=branch.suggest(unit), language="bs")
    point = places.add(session, "Bihać")
    men = Count(Person(Sex.MALE, AgeBand.ADULT, "AF", Disability.NO), 40)
    boys = Count(Person(Sex.MALE, AgeBand.YOUTH, "PK", Disability.NO), 17)
    women = Count(Person(Sex.FEMALE, AgeBand.ADULT, "SY", Disability.YES), 2)
    aid.help_group(
        session, [men, boys, women], point, on=date(2026, 10, 6),
        services=[Given(Service.FIRST_AID, 12, 12), Given(Service.PSS, 3, 3)],
    )  # fmt: skip
    card = cards.add(session, Person(Sex.FEMALE, AgeBand.OLDER, "IQ"))
    aid.help_person(session, card, point, on=date(2026, 10, 7), services=[Given(Service.PSS)])
    return monthly.collect(session, OCTOBER)


def test_small_figures_are_hidden_and_large_ones_are_not(data: Monthly) -> None:
    shown = public.publish(data)
    assert shown.figure("sex", "female").now is None
    assert shown.figure("service", "pss").now is None
    assert shown.figure("persons", "carded").now is None
    assert shown.figure("persons", "all").now == 60


def test_every_small_figure_of_people_is_hidden_in_both_spans(data: Monthly) -> None:
    limits = public.limits(data)
    shown = {(each.measure, each.key): each for each in public.publish(data).figures}
    for term, value in public.exact(data).items():
        limit = limits.get(term, 0)
        assert not 0 < value.now < limit or shown[term].now is None
        assert not 0 < value.before < limit or shown[term].before is None


def found_out(data: Monthly) -> set[object]:
    """What a reader of the public copy works out of the hidden figures by solving the sums."""
    gone = {(each.measure, each.key) for each in public.publish(data).figures if each.now is None}
    values = {term: Fraction(value.now) for term, value in public.exact(data).items()}
    sums = public.sums(data)
    _least, most = small_cells.bounds(values, sums, gone)
    limits = public.limits(data)
    small = {key for key in gone if most[key] < limits[key]}
    return small_cells.determined(sums, gone) | small


def test_no_hidden_figure_can_be_worked_out(data: Monthly) -> None:
    assert found_out(data) == set()


def with_people(data: Monthly, counts: list[int], nations: list[int]) -> Monthly:
    """The same report of other people; what is left over has no known country."""
    kinds = [(sex, age) for sex in Sex for age in AgeBand]
    cells = [Cell(*kind, Spans(n, 0, n)) for kind, n in zip(kinds, counts, strict=True)]
    whole = sum(counts)
    codes = ("AF", "PK", "SY", "IQ")
    told = [Nationality(c, Spans(n, 0, n)) for c, n in zip(codes, nations, strict=True)]
    rest = Nationality("XX", Spans(whole - sum(nations), 0, whole))
    everyone = Spans(whole, 0, whole)
    people = replace(
        data.people, cells=tuple(cells), nationalities=(*told, rest), persons=everyone,
        anonymous=everyone, carded=Spans(0, 0, 0), new=Spans(0, 0, 0), repeat=Spans(0, 0, 0),
        disabilities=tuple(
            replace(each, persons=everyone if each.disability == "unknown" else Spans(0, 0, 0))
            for each in data.people.disabilities
        ),
    )  # fmt: skip
    made = replace(data, people=people)
    known = adding.figures(made)
    lines = [
        replace(line, value=adding.added(known, [tuple(t.split(":", 1)) for t in line.terms]))
        for line in made.indicators
    ]
    return replace(made, indicators=tuple(lines))


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    counts=st.lists(st.integers(0, 25), min_size=21, max_size=21),
    nations=st.lists(st.integers(0, 12), min_size=4, max_size=4),
)
def test_whoever_was_helped_nobody_is_given_away(
    data: Monthly, counts: list[int], nations: list[int]
) -> None:
    made = with_people(data, [50, *counts[1:]], nations)
    assert found_out(made) == set()


def test_the_month_before_is_hidden_as_on_its_own_copy(data: Monthly) -> None:
    earlier = public.publish(data)
    shifted = replace(
        data,
        people=replace(
            data.people,
            cells=tuple(replace(c, persons=_later(c.persons)) for c in data.people.cells),
            nationalities=tuple(
                replace(n, persons=_later(n.persons)) for n in data.people.nationalities
            ),
            disabilities=tuple(
                replace(d, persons=_later(d.persons)) for d in data.people.disabilities
            ),
            persons=_later(data.people.persons),
            carded=_later(data.people.carded),
            anonymous=_later(data.people.anonymous),
            new=_later(data.people.new),
            repeat=_later(data.people.repeat),
        ),
        indicators=(),
    )
    later = public.publish(shifted)
    for measure in ("sex", "age", "cell", "nationality", "disability"):
        for each in earlier.of(measure):
            assert later.figure(measure, each.key).before == each.now


def with_indicators(data: Monthly, *listed: tuple[str, ...]) -> Monthly:
    """The same report with these indicators, each told by what it adds up."""
    known = adding.figures(data)
    lines = []
    for place, terms in enumerate(listed):
        names = dict.fromkeys(LANGUAGES, f"{place}")
        value = adding.added(known, [Term(*term.split(":", 1)) for term in terms])
        line = IndicatorLine(f"own{place}", "people", "persons", names, names, terms, value)
        lines.append(line)
    return replace(data, indicators=tuple(lines))


def a_month_later(data: Monthly) -> Monthly:
    """The next month's report: what was of the month is of the month before."""
    people: dict[str, Any] = {}
    for name in ("cells", "nationalities", "disabilities", "vulnerabilities"):
        lines = getattr(data.people, name)
        people[name] = tuple(replace(each, persons=_later(each.persons)) for each in lines)
    sums = ("persons", "carded", "anonymous", "new", "repeat", "contacts", "estimated")
    people |= {name: _later(getattr(data.people, name)) for name in sums}
    given = [replace(x, times=_later(x.times), persons=_later(x.persons)) for x in data.services]
    work = {name: _later(getattr(data.volunteers, name)) for name in vars(data.volunteers)}
    return replace(
        data,
        period=Period.month(2026, 11),
        previous=data.period,
        people=replace(data.people, **people),
        services=tuple(given),
        reasons=tuple(replace(each, times=_later(each.times)) for each in data.reasons),
        volunteers=replace(data.volunteers, **work),
    )


MEN_AND_CHILDREN = (("age:13-17", "age:0-1"), ("sex:male", "age:6-12"))
OTHER_CHILDREN = (("sex:male", "age:2-5"), ("age:6-12", "age:18-59"))
FEW = [3, 7, 12, 3, 7, 20, 20, 3, 3, 20, 0, 15, 7, 0, 12, 15, 7, 3, 3, 20]
few = st.lists(st.sampled_from([0, 0, 3, 7, 12, 15, 20]), min_size=20, max_size=20)


def two_months(data: Monthly, counts: list[int]) -> tuple[Monthly, Monthly]:
    """One month, and the next, for which the branch reports by other indicators."""
    made = with_people(data, [50, *counts], [20, 11, 3, 0])
    later = with_indicators(a_month_later(made), *OTHER_CHILDREN)
    return with_indicators(made, *MEN_AND_CHILDREN), later


def test_copies_made_without_each_other_would_give_figures_away(data: Monthly) -> None:
    """Other indicators make other figures be hidden: what one copy hides the other would print."""
    october, november = two_months(data, FEW)
    alone = public.publish(november)
    assert public.no_cell_can_be_recovered(november, alone) == set()
    assert public.no_cell_can_be_recovered(november, alone, october)
    beside = public.publish(november, october)
    assert public.no_cell_can_be_recovered(november, beside, october) == set()
    own = public.publish(october)
    printed = [each for each in own.figures if each.measure != "indicator" and each.now is None]
    assert all(beside.figure(each.measure, each.key).before is None for each in printed)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(counts=few)
def test_whatever_the_months_say_no_two_copies_give_anything_away(
    data: Monthly, counts: list[int]
) -> None:
    october, november = two_months(data, counts)
    public.publish(november, october)


def test_a_copy_that_prints_one_figure_too_many_is_found(data: Monthly) -> None:
    known = public.exact(data)
    shown = public.publish(data)
    for place, each in enumerate(shown.figures):
        if each.now is not None:
            continue
        printed = replace(each, now=known[Term(each.measure, each.key)].now)
        figures = (*shown.figures[:place], printed, *shown.figures[place + 1 :])
        if public.no_cell_can_be_recovered(data, replace(shown, figures=figures)):
            return
    raise AssertionError("every figure could be printed")


def test_a_month_corrected_since_is_hidden_by_its_own_figures(data: Monthly) -> None:
    october, november = two_months(data, FEW)
    corrected = with_people(october, [51, *FEW], [20, 11, 3, 0])
    assert public.publish(november, corrected) == public.publish(november)


def _later(persons: Spans[int]) -> Spans[int]:
    return Spans(75, persons.now, persons.now + 75)


def test_the_data_follow_their_schema_and_are_no_internal_report(data: Monthly) -> None:
    text = public.to_json(public.publish(data))
    found = json.loads(text)
    Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(found)
    assert found["copy"] == "public"
    with pytest.raises(monthly.PublicCopy):
        monthly.from_json(text)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_paper_says_which_copy_it_is_and_hides_what_is_small(data: Monthly, code: str) -> None:
    spoken = language(code)
    pdf = pypdf.PdfReader(io.BytesIO(public_paper.on_paper(public.publish(data), spoken)))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert spoken.gettext("Not for publication yet") in text
    assert public_paper.HIDDEN in text
    assert spoken.country("SY") not in text
    carried = json.loads(pdf.attachments["report.json"][0])
    assert carried["schema"] == public.SCHEMA


def test_the_workbook_hides_the_same(data: Monthly) -> None:
    file = io.BytesIO(public_paper.workbook(public.publish(data), language("en")))
    book = openpyxl.load_workbook(file)
    cells = {row[0].value: row[1].value for sheet in book for row in sheet.iter_rows(max_col=2)}
    assert cells["Kind of copy"] == "public"
    assert cells["Persons helped"] == Decimal(60)
    assert cells["Psychosocial support"] == public_paper.HIDDEN


def test_periods_that_could_be_subtracted_have_no_public_copy(data: Monthly) -> None:
    days = Period(date(2026, 10, 1), date(2026, 10, 30))
    with pytest.raises(monthly.NotAMonthForAll):
        public.publish(replace(data, period=days))


def test_where_every_country_is_hidden_the_paper_does_not_say_nothing(data: Monthly) -> None:
    few = with_people(data, [3, *[0] * 20], [3, 0, 0, 0])
    rows = public_paper.nationalities(public.publish(few), language("en")).rows
    assert [(row.name, row.now) for row in rows] == [
        ("Other countries, together", public_paper.HIDDEN)
    ]


def test_the_unknown_stand_below_the_countries_however_many_they_are(data: Monthly) -> None:
    shown = public.publish(with_people(data, [150, *[0] * 20], [40, 0, 20, 0]))
    names = [row.name for row in public_paper.nationalities(shown, language("en")).rows]
    assert names == ["Afghanistan", "Syria", "Unknown"]
