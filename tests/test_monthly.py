"""The monthly report says exactly what the books say, and every total balances."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import published
import pytest
from jsonschema import Draft202012Validator
from pypdf import PdfReader
from sqlalchemy import update

from models import clock, periods
from models.desk import aid, cards, reach
from models.desk.aid import Count, Given, Referral, Service
from models.desk.cards import AgeBand, Disability, Person, Sex, Vulnerability
from models.errors import ClosedMonth
from models.goods import items, ledger, places, stock
from models.goods.lots import OnHand
from models.goods.places import PlaceKind
from models.goods.stock import Goods
from models.office import branch, indicators, reopening, territory
from models.office.branch import Details, Level
from models.periods import Period
from models.spans import Cut, Spans, total
from models.team import activities, volunteers
from models.units import THOUSAND
from reports import monthly
from reports.monthly import sheets
from reports.monthly.figures import Status
from translations import LANGUAGES, Money, language

OCTOBER = Period.month(2026, 10)
SCHEMA = Path(__file__).parents[1] / "docs" / "monthly-report.schema.json"
MEN = Person(Sex.MALE, AgeBand.ADULT, "AF", Disability.NO)
GIRL = Person(Sex.FEMALE, AgeBand.CHILD, "SY", Disability.UNKNOWN)


def day(number: int, month: int = 10) -> date:
    return date(2026, month, number)


@pytest.fixture(autouse=True)
def _in_november():
    with clock.at(datetime(2026, 11, 23, 9, 30)):
        yield


@pytest.fixture
def store(session):
    """A branch in Mostar with one warehouse."""
    unit = next(unit for unit in territory.units() if unit.latin == "Mostar")
    branch.set_up(
        session,
        units=[unit],
        names=branch.suggest(unit),
        language="hr",
        details=Details(town="Mostar"),
    )
    return places.add(session, "Glavno skladište")


def blankets(session, pieces: int) -> Goods:
    return Goods(items.find(session, "blanket"), pieces * THOUSAND)


def receive(session, store, pieces: int, on: date, supplier: str = "IFRC", value: int = 1500):
    goods = replace(blankets(session, pieces), unit_value=value)
    return stock.receive(session, store, [goods], on=on, supplier=supplier)


def help_group(session, store, persons: int, on: date, person: Person = MEN, **more):
    return aid.help_group(session, [Count(person, persons)], store, on=on, **more)


def stock_of(data, code: str = "blanket"):
    return next(line for line in data.stock if line.item == code)


def handed(data, code: str):
    return next(line.quantity.now for line in data.handed_out if line.item == code)


def balanced(data):
    assert [finding.message for finding in monthly.reconcile(data)] == []
    return data


@pytest.mark.parametrize("figures", published.ALL, ids=lambda figures: figures.file)
def test_the_report_shows_the_published_figures(session, figures):
    published.fill(session, figures)
    data = balanced(monthly.collect(session, figures.period))
    for code, count in figures.goods.items():
        assert handed(data, code) == count
    found = {line.kind: (line.times.now, line.persons.now) for line in data.services}
    for code, numbers in figures.services.items():
        assert found[Service(code)] == numbers


def test_meals_of_a_day_in_mostar_add_up_to_870(session):
    published.fill(session, published.MOSTAR)
    data = monthly.collect(session, published.MOSTAR.period)
    by_code = {line.code: line.value.now for line in data.indicators}
    assert (by_code["hot_meals"], by_code["dry_meals"], by_code["meals"]) == (580, 290, 870)


def test_the_federations_october_has_2387_services(session):
    published.fill(session, published.FEDERATION)
    data = monthly.collect(session, published.FEDERATION.period)
    by_code = {line.code: line.value.now for line in data.indicators}
    assert by_code["first_aid_and_pss"] == 424 + 1963 == 2387


def test_the_week_in_north_macedonia_has_nine_teams_of_135(session):
    published.fill(session, published.NORTH_MACEDONIA)
    for number in range(9):
        team = places.add(session, f"Team {number}", PlaceKind.TEAM)
        people = [_engaged(session, f"{number}-{each}") for each in range(15)]
        stints = [activities.Stint(person, 480) for person in people]
        activities.record(
            session, activities.Work.FIELD_TEAM, stints, on=date(2015, 10, 19), place=team
        )
    data = balanced(monthly.collect(session, published.NORTH_MACEDONIA.period))
    assert (data.teams.teams.now, data.teams.members.now) == (9, 135)


def _engaged(session, name: str):
    details = replace(_details(), last_name=name, joined_on=date(2015, 1, 1))
    return volunteers.enter(session, details)


def test_a_person_with_a_card_counts_once_and_one_without_every_time(session, store):
    card = cards.add(session, MEN)
    for number in (1, 2, 3):
        aid.help_person(session, card, store, on=day(number), services=[Given(Service.PSS)])
        help_group(session, store, 5, day(number))
    people = balanced(monthly.collect(session, OCTOBER)).people
    assert (people.persons.now, people.carded.now, people.anonymous.now) == (16, 1, 15)
    assert people.contacts.now == 18


def test_who_came_before_the_period_is_not_new_in_it(session, store):
    old, new = cards.add(session, MEN), cards.add(session, GIRL)
    aid.help_person(session, old, store, on=day(30, 9), services=[Given(Service.PSS)])
    for card in (old, new):
        aid.help_person(session, card, store, on=day(2), services=[Given(Service.PSS)])
    people = balanced(monthly.collect(session, OCTOBER)).people
    assert people.new == Spans(now=1, before=1, year=2)
    assert people.repeat == Spans(now=1, before=0, year=0)


def test_an_entry_taken_back_counts_nowhere(session, store):
    receive(session, store, 10, day(1))
    card = cards.add(session, MEN, vulnerabilities=[Vulnerability.INJURY])
    given = {"on": day(4), "goods": [blankets(session, 2)], "services": [Given(Service.DOCTOR)]}
    aid.reverse(session, aid.help_person(session, card, store, **given))
    aid.reverse(session, help_group(session, store, 7, day(4), is_estimated=True))
    data = balanced(monthly.collect(session, OCTOBER))
    assert not data.people.persons.any() and not data.people.contacts.any()
    assert not data.people.estimated.any() and data.handed_out == ()
    assert not any(line.times.any() for line in data.services)
    assert not any(line.persons.any() for line in data.people.vulnerabilities)
    assert stock_of(data).closing == 10


def test_a_card_is_counted_as_it_was_described_last(session, store):
    card = cards.add(session, Person())
    aid.help_person(session, card, store, on=day(1), services=[Given(Service.PSS)])
    cards.describe(session, card, GIRL)
    aid.help_person(session, card, store, on=day(9), services=[Given(Service.PSS)])
    data = balanced(monthly.collect(session, OCTOBER))
    counted = {(cell.sex, cell.age): cell.persons.now for cell in data.people.cells}
    assert counted[Sex.FEMALE, AgeBand.CHILD] == 1 and sum(counted.values()) == 1


def test_random_months_add_up_to_what_was_entered(session, store, chance):
    told, guessed, days = Counter(), 0, Counter()
    for _ in range(60):
        person = _someone(chance)
        persons, on, estimated = chance.randint(1, 40), day(chance.randint(1, 31)), _coin(chance)
        help_group(session, store, persons, on, person, is_estimated=estimated)
        told[person] += persons
        guessed += persons * estimated
        days[on] += persons
    people = balanced(monthly.collect(session, OCTOBER)).people
    for cell in people.cells:
        same = (n for who, n in told.items() if (who.sex, who.age) == (cell.sex, cell.age))
        assert cell.persons.now == sum(same)
    for line in people.nationalities:
        same = (n for who, n in told.items() if who.nationality == line.country)
        assert line.persons.now == sum(same)
    assert people.estimated.now == guessed
    assert {each.day: each.contacts for each in people.days if each.contacts} == days


def _someone(chance) -> Person:
    return Person(
        chance.choice(list(Sex)),
        chance.choice(list(AgeBand)),
        chance.choice(["AF", "MA", "XX", "XS"]),
        chance.choice(list(Disability)),
    )


def _coin(chance) -> bool:
    return chance.random() < 0.5


def test_the_months_before_and_the_year_stand_beside_the_month(session, store):
    for month, persons in ((1, 100), (9, 20), (10, 3)):
        help_group(session, store, persons, day(15, month))
    help_group(session, store, 1000, date(2025, 12, 31))
    help_group(session, store, 1000, day(1, 11))
    data = balanced(monthly.collect(session, OCTOBER))
    assert data.people.persons == Spans(now=3, before=20, year=123)


def test_january_is_compared_with_december(session, store):
    help_group(session, store, 7, date(2025, 12, 31))
    help_group(session, store, 2, day(1, 1))
    data = balanced(monthly.collect(session, Period.month(2026, 1)))
    assert data.people.persons == Spans(now=2, before=7, year=2)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 10, 5), date(2026, 10, 5)),
        (date(2025, 12, 20), date(2026, 1, 10)),
        (date(2026, 1, 1), date(2026, 11, 22)),
        (date(2024, 2, 29), date(2026, 11, 23)),
    ],
)
def test_any_days_can_be_a_period(session, store, first, last):
    for number in range(0, 1100, 7):
        help_group(session, store, 1, date(2026, 11, 22) - timedelta(days=number))
    period = Period(first, last)
    found = total(reach.people(session, Cut(period)).anonymous.values())
    assert found == Cut(period).periods.to(_weeks)


def _weeks(period: Period) -> int:
    days = (date(2026, 11, 22) - timedelta(days=number) for number in range(0, 1100, 7))
    return sum(period.first <= each <= period.last for each in days)


def test_stock_opens_with_what_was_there_and_closes_with_what_is_left(session, store):
    team = places.add(session, "Tim 1", PlaceKind.TEAM)
    receive(session, store, 100, day(20, 9))
    stock.hand_out(session, store, [blankets(session, 10)], on=day(25, 9))
    receive(session, store, 50, day(2))
    stock.transfer(session, store, team, [blankets(session, 30)], on=day(3))
    stock.hand_out(session, team, [blankets(session, 12)], on=day(4))
    stock.issue(session, store, [blankets(session, 20)], on=day(5), recipient="Jajce")
    stock.write_off(session, store, [blankets(session, 3)], on=day(6), reason="Oštećeno")
    stock.hand_out(session, store, [blankets(session, 40)], on=day(1, 11))
    line = stock_of(balanced(monthly.collect(session, OCTOBER)))
    assert (line.opening, line.received, line.handed_out) == (90, 50, 12)
    assert (line.delivered, line.written_off, line.difference) == (20, 3, 0)
    assert (line.closing, line.value) == (105, Money(105 * 1500))


def test_a_document_taken_back_after_the_month_counts_in_the_month_of_the_reversal(session, store):
    receive(session, store, 100, day(1))
    given = stock.hand_out(session, store, [blankets(session, 10)], on=day(5))
    monthly.close(session, OCTOBER)
    ledger.reverse(session, given)
    data = balanced(monthly.collect(session, Period.month(2026, 11)))
    assert (stock_of(data).opening, stock_of(data).handed_out, stock_of(data).closing) == (
        90, -10, 100,
    )  # fmt: skip


def test_donors_add_up_to_the_stock_and_donations_have_a_value(session, store):
    receive(session, store, 30, day(1), "IFRC", 1000)
    receive(session, store, 20, day(2), "Švicarski Crveni križ", 1255)
    receive(session, store, 5, day(2), "")
    stock.hand_out(session, store, [blankets(session, 35)], on=day(9))
    data = balanced(monthly.collect(session, OCTOBER))
    assert [(line.donor, line.quantity.now, line.value.now) for line in data.donations] == [
        ("IFRC", 30, Money(30_000)),
        ("Švicarski Crveni križ", 20, Money(25_100)),
        ("", 5, Money(7_500)),
    ]
    assert [(line.donor, line.closing) for line in data.stock_by_donor] == [
        ("IFRC", 0), ("Švicarski Crveni križ", 15), ("", 5),
    ]  # fmt: skip


def test_goods_without_a_value_are_not_worth_nothing(session, store):
    receive(session, store, 30, day(1), "IFRC", 1000)
    receive(session, store, 20, day(2), "Merhamet", None)
    receive(session, store, 5, day(2, 9), "Merhamet", 200)
    stock.hand_out(session, store, [blankets(session, 12)], on=day(1, 11))
    data = balanced(monthly.collect(session, OCTOBER))
    _, given = data.donations
    assert given.without_value == Spans(20, 0, 20)
    assert given.known_value == Spans(None, Money(1000), Money(1000))
    assert (stock_of(data).without_value, stock_of(data).value) == (20, Money(31_000))
    assert [line.known_value for line in data.stock_by_donor] == [Money(30_000), Money(1000)]


def test_stock_none_of_which_has_a_value_has_no_value(session, store):
    receive(session, store, 20, day(2), "Merhamet", None)
    stock.hand_out(session, store, [blankets(session, 12)], on=day(1, 11))
    data = balanced(monthly.collect(session, OCTOBER))
    assert (stock_of(data).without_value, stock_of(data).known_value) == (20, None)


def test_a_report_from_before_unknown_values_were_counted_is_read(session, store):
    found = json.loads(monthly.to_json(full_month(session, store)))
    for line in (*found["donations"], *found["stock"], *found["stock_by_donor"]):
        del line["without_value"]
    data = monthly.from_json(json.dumps(found).encode())
    assert (data.stock[0].without_value, data.stock[0].known_value) == (0, Money(44 * 1500))


def test_goods_weigh_what_their_units_weigh(session, store):
    receive(session, store, 10, day(1))
    help_group(session, store, 5, day(3), goods=[blankets(session, 5)])
    data = monthly.collect(session, OCTOBER)
    assert data.handed_out[0].kilograms.now == 8
    by_code = {line.code: line.value.now for line in data.indicators}
    assert by_code["weight"] == 8 and by_code["hygiene_socks_blankets"] == 5


def test_first_aid_has_its_reasons_and_referrals_their_targets(session, store):
    given = [
        Given(Service.FIRST_AID, 3, 2, reason=aid.Reason.BLISTERS),
        Given(Service.FIRST_AID, 2, 2),
        Given(Service.REFERRAL, 1, 1, referral=Referral.SOCIAL_WORK),
    ]
    help_group(session, store, 4, day(3), services=given)
    data = balanced(monthly.collect(session, OCTOBER))
    assert [(line.reason, line.times.now) for line in data.reasons] == [
        (aid.Reason.BLISTERS, 3), (None, 2),
    ]  # fmt: skip
    assert [(line.target, line.times.now) for line in data.referrals] == [(Referral.SOCIAL_WORK, 1)]


def test_an_empty_month_is_all_zeros_and_balances(session, store):
    data = balanced(monthly.collect(session, Period.month(2020, 2)))
    assert not data.people.persons.any() and len(data.people.cells) == 21
    assert len(data.people.days) == 29 and len(data.services) == len(Service)
    assert data.stock == data.donations == data.handed_out == ()


def test_the_report_is_addressed_as_the_branch_is_called(session, store):
    sender = monthly.collect(session, OCTOBER).sender
    assert sender.names[Level.CANTON]["hr"] == "Crveni križ Hercegovačko-neretvanske županije"
    assert all(set(names) == set(LANGUAGES) for names in sender.names.values())


def test_a_branch_that_is_not_set_up_has_no_report(session):
    with pytest.raises(branch.NotSetUp):
        monthly.collect(session, OCTOBER)


def test_a_closed_month_keeps_its_figures(session, store):
    help_group(session, store, 5, day(3))
    periods.write_narrative(session, OCTOBER, "needs", "Čarape")
    frozen = monthly.close(session, OCTOBER)
    branch.rename(session, Level.BRANCH, {"hr": "Novo ime"})
    indicators.retire(session, session.get_one(indicators.Indicator, 1))
    receive(session, store, 9, day(20, 11))
    again = monthly.of(session, OCTOBER)
    assert again == frozen
    assert (again.status, again.number, again.narratives) == (Status.FINAL, 1, {"needs": "Čarape"})
    assert again.chain.hash == periods.closing(session, OCTOBER).chain_head


def test_an_open_month_is_a_draft_of_today(session, store):
    help_group(session, store, 5, day(3))
    assert monthly.of(session, OCTOBER) == monthly.collect(session, OCTOBER)
    assert monthly.of(session, OCTOBER).status is Status.DRAFT


def test_a_month_is_closed_once(session, store):
    monthly.close(session, OCTOBER)
    with pytest.raises(ClosedMonth):
        monthly.close(session, OCTOBER)


def test_each_month_opens_with_what_the_one_before_closed_with(session, store):
    receive(session, store, 100, day(1, 9))
    stock.hand_out(session, store, [blankets(session, 30)], on=day(20, 9))
    stock.hand_out(session, store, [blankets(session, 30)], on=day(20))
    september = monthly.close(session, Period.month(2026, 9))
    october = monthly.collect(session, OCTOBER)
    assert monthly.reconcile(october, september) == []
    other = replace(september.stock[0], closing=Decimal(71))
    assert monthly.reconcile(october, replace(september, stock=(other,)))


def test_a_month_that_does_not_agree_is_not_closed(session, store):
    receive(session, store, 100, day(1, 9))
    monthly.close(session, Period.month(2026, 9))
    session.execute(update(OnHand).values(quantity=99 * THOUSAND))
    with pytest.raises(monthly.DoesNotAgree) as refused:
        monthly.close(session, OCTOBER)
    assert "Blanket: the month before closed with 100" in refused.value.text()


def test_the_figures_survive_as_json(session, store):
    published_like = full_month(session, store)
    text = monthly.to_json(published_like)
    assert monthly.from_json(text) == published_like
    assert json.loads(text)["schema"] == "ogranak/monthly/1"


def test_the_json_is_as_the_schema_describes_it(session, store):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    found = json.loads(monthly.to_json(full_month(session, store)))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(found)] == []


def full_month(session, store):
    """A month with something of everything."""
    receive(session, store, 50, day(1))
    card = cards.add(session, GIRL, vulnerabilities=[Vulnerability.UASC])
    given = [Given(Service.FIRST_AID, reason=aid.Reason.FEVER), Given(Service.REFERRAL)]
    aid.help_person(session, card, store, on=day(2), services=given)
    help_group(session, store, 6, day(3), goods=[blankets(session, 6)], is_estimated=True)
    somebody = volunteers.enter(session, _details())
    stint = activities.Stint(somebody, 250)
    activities.record(
        session, activities.Work.FIELD_TEAM, [stint], on=day(4), place=store, kilometres=83
    )
    periods.write_narrative(session, OCTOBER, "incidents", 'محمد · „<b>"&')
    return balanced(monthly.collect(session, OCTOBER))


def _details():
    return volunteers.Details("Emina", "Đurić", birth_date=date(1990, 5, 1), sex=Sex.FEMALE)


def test_teams_and_volunteer_hours_are_counted(session, store):
    data = full_month(session, store)
    assert (data.volunteers.engaged.now, data.volunteers.women.now) == (1, 1)
    assert (data.volunteers.minutes.now, data.teams.kilometres.now) == (250, 83)
    by_code = {line.code: line.value.now for line in data.indicators}
    assert by_code["volunteer_hours"] == Decimal("4.17") and by_code["team_km"] == 83


@pytest.mark.parametrize(
    "text",
    [
        b"", b"[]", b"{", b"\xff", b'{"schema": 1}', b'{"schema": "ogranak/stock/1"}',
        b'{"schema": "ogranak/monthly/1"}', b"[" * 100_000, b'{"schema": NaN}',
    ],
)  # fmt: skip
def test_other_files_are_refused(text):
    with pytest.raises(monthly.BadReport):
        monthly.from_json(text)


def test_a_report_of_a_newer_program_is_named_so():
    with pytest.raises(monthly.NewerReport):
        monthly.from_json(b'{"schema": "ogranak/monthly/2"}')


NOT_OF_ITS_DAYS = {
    "compared with other days": {"previous": {"first": "2026-08-01", "last": "2026-08-31"}},
    "since another day": {"year": {"first": "2025-01-01", "last": "2026-10-31"}},
    "in a year long ago": {"made_at": "0001-01-01T00:00:00"},
    "at a moment of another zone": {"made_at": "2026-11-03T10:30:00+02:00"},
}


@pytest.mark.parametrize("changed", NOT_OF_ITS_DAYS.values(), ids=NOT_OF_ITS_DAYS)
def test_days_that_do_not_belong_together_are_refused(session, store, changed):
    found = json.loads(monthly.to_json(full_month(session, store)))
    monthly.from_json(json.dumps(found).encode())
    with pytest.raises(monthly.BadReport):
        monthly.from_json(json.dumps(found | changed).encode())


def test_a_day_outside_the_period_and_a_code_used_twice_are_refused(session, store):
    text = monthly.to_json(full_month(session, store))
    found = json.loads(text)
    found["people"]["days"][0]["day"] = "2026-09-30"
    with pytest.raises(monthly.BadReport):
        monthly.from_json(json.dumps(found).encode())
    found = json.loads(text)
    found["items"].append(found["items"][0])
    with pytest.raises(monthly.BadReport):
        monthly.from_json(json.dumps(found).encode())


def test_a_damaged_report_is_refused_or_still_a_report(session, store, chance):
    text = monthly.to_json(full_month(session, store))
    for _ in range(200):
        place = chance.randrange(len(text))
        damaged = text[:place] + bytes([chance.randrange(256)]) + text[place + 1 :]
        try:
            monthly.from_json(damaged)
        except monthly.BadReport:
            continue
        except monthly.NewerReport:
            assert b'"ogranak/monthly/1"' not in damaged


def test_a_report_with_other_values_is_refused_or_can_be_read(session, store, chance):
    """Whatever another program puts into the data, there is a report or a plain refusal."""
    text = monthly.to_json(full_month(session, store))
    accepted = 0
    for _ in range(300):
        found = json.loads(text)
        _change(found, chance)
        try:
            data = monthly.from_json(json.dumps(found).encode())
        except monthly.BadReport:
            continue
        monthly.reconcile(data)
        accepted += 1
        if accepted % 20 == 0:
            monthly.render(data, language("hr"))
    assert accepted


def _change(found, chance) -> None:
    """Put something else in one place of the data, deep inside."""
    while True:
        key = chance.choice(list(found) if isinstance(found, dict) else range(len(found)))
        if not isinstance(found[key], dict | list) or not found[key] or chance.random() < 0.03:
            found[key] = chance.choice(OTHER_VALUES)
            return
        found = found[key]


OTHER_VALUES = [None, True, 0, -1, 10**17, 10**30, 0.5, 1e300, "", "x", "\x00<b>", [], {}]


@pytest.mark.parametrize("number", ["1e999999999", "1e-999999999", "NaN", "1e18", "9" * 5000])
def test_a_number_that_would_fill_the_memory_is_refused(session, store, number):
    text = monthly.to_json(full_month(session, store)).decode()
    with pytest.raises(monthly.BadReport):
        monthly.from_json(text.replace('"opening": 0', f'"opening": {number}').encode())


def _less(spans: Spans) -> Spans:
    return replace(spans, now=spans.now - 1)


FAULTS = {
    "a cell": lambda d: {"people": replace(d.people, cells=(
        replace(d.people.cells[0], persons=Spans(99, 0, 99)), *d.people.cells[1:]))},
    "a country": lambda d: {"people": replace(d.people, nationalities=d.people.nationalities[1:])},
    "disability": lambda d: {"people": replace(d.people, disabilities=())},
    "cards": lambda d: {"people": replace(d.people, anonymous=_less(d.people.anonymous))},
    "new": lambda d: {"people": replace(d.people, new=_less(d.people.new))},
    "a day": lambda d: {"people": replace(d.people, days=d.people.days[5:])},
    "closing": lambda d: {"stock": (replace(d.stock[0], closing=Decimal(1)), *d.stock[1:])},
    "a donor": lambda d: {"stock_by_donor": ()},
    "handed out": lambda d: {"handed_out": ()},
    "received": lambda d: {"donations": ()},
    "volunteers": lambda d: {"volunteers": replace(d.volunteers, women=_less(d.volunteers.women))},
    "an indicator": lambda d: {"indicators": tuple(
        replace(line, value=_less(line.value)) for line in d.indicators)},
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_every_figure_that_does_not_agree_is_found(session, store, fault):
    data = full_month(session, store)
    found = monthly.reconcile(replace(data, **FAULTS[fault](data)))
    assert found and all(finding.text(language("hr")) for finding in found)


# Corrections


def test_a_month_closed_again_is_a_correction_with_its_own_figures(session, store):
    help_group(session, store, 5, day(3))
    monthly.close(session, OCTOBER)
    (first,) = periods.closings(session, OCTOBER)
    reopening.reopen(session, OCTOBER, "A day was forgotten")
    help_group(session, store, 2, day(4))
    again = monthly.close(session, OCTOBER)
    kept = monthly.version(session, first.id)
    assert (again.number, again.correction, again.people.persons.now) == (1, 1, 7)
    assert monthly.of(session, OCTOBER) == again
    assert (kept.number, kept.correction, kept.people.persons.now) == (1, 0, 5)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "correction 1 of report 1/2026"),
        ("bs", "ispravka 1 izvještaja 1/2026"),
        ("hr", "ispravak 1 izvješća 1/2026"),
        ("sr_Cyrl", "исправка 1 извјештаја 1/2026"),
        ("sr_Latn", "ispravka 1 izvještaja 1/2026"),
    ],
)
def test_a_correction_says_so_on_paper_and_in_the_workbook(session, store, code, said):
    help_group(session, store, 5, day(3))
    data = replace(monthly.close(session, OCTOBER), correction=1)
    pages = PdfReader(io.BytesIO(monthly.render(data, language(code)))).pages
    words = " ".join(pages[0].extract_text().split())
    assert words.count(said) == 2  # under the title and at the foot
    assert said in str(sheets._cover(data, language(code)).rows)


def test_a_report_from_before_there_were_corrections_is_read(session, store):
    data = full_month(session, store)
    found = json.loads(monthly.to_json(data))
    del found["correction"]
    assert monthly.from_json(json.dumps(found).encode()).correction == 0
