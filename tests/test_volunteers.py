"""Who may work for the branch, what is written down of them, and what hours are refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import translations
from models import clock, periods
from models.errors import ClosedMonth, InFuture, Missing
from models.goods import places
from models.goods.places import PlaceKind
from models.periods import Period
from models.team import activities, law, roster, trainings, volunteers
from models.team.activities import Activity, Engagement, Stint, Work
from models.team.skills import Skill
from models.team.trainings import Course
from models.team.volunteers import Details, Standing, State, Volunteer
from translations import current

TODAY = date(2026, 11, 23)
OCTOBER = Period.month(2026, 10)


@pytest.fixture(autouse=True)
def _on_a_monday_in_november() -> Iterator[None]:
    with clock.at(datetime(2026, 11, 23, 11)):
        yield


def enter(
    session: Session,
    name: str = "Amra Hodžić",
    born: date = date(1990, 5, 1),
    **more: object,
) -> Volunteer:
    first, last = name.split(" ", 1)
    return volunteers.enter(session, Details(first, last, born, **more))  # type: ignore[arg-type]


def work(
    session: Session, *stints: tuple[Volunteer, int], on: date = TODAY, **more: object
) -> Activity:
    lines = [Stint(person, minutes) for person, minutes in stints]
    return activities.record(session, Work.OFFICE, lines, on=on, **more)  # type: ignore[arg-type]


def refusal(verb: object, *given: object, **more: object) -> str:
    """The sentence with which a verb refuses."""
    with pytest.raises(volunteers.DomainError) as refused:
        verb(*given, **more)  # type: ignore[operator]
    return refused.value.text().replace("\xa0", " ")


# People


def test_a_person_is_found_in_either_script_and_without_accents(session: Session) -> None:
    enter(session, "Đurđa Žerić")
    for written in ("Đurđa", "djurdja", "đurđa žer", "Ђурђа", "zeric durda".replace("d", "dj")):
        assert [row.name for row in roster.overview(session, written)] == ["Žerić Đurđa"], written


def test_the_list_stands_in_the_order_of_the_alphabet(session: Session) -> None:
    for name in ("Ana Šarić", "Ana Sušić", "Ana Ćosić", "Ana Čolić", "Ana Cvijić", "Ана Бабић"):
        enter(session, name)
    surnames = [row.name.split()[0] for row in roster.overview(session)]
    assert surnames == ["Бабић", "Cvijić", "Čolić", "Ćosić", "Sušić", "Šarić"]


def test_a_volunteer_below_fifteen_is_refused(session: Session) -> None:
    said = refusal(enter, session, "Tarik Begić", date(2011, 11, 24))
    assert said == (
        "Tarik Begić turns 15 on 24. 11. 2026. and can be a volunteer only from that day on."
    )


def test_on_the_fifteenth_birthday_a_minor_may_begin(session: Session) -> None:
    person = enter(
        session,
        "Tarik Begić",
        date(2011, 11, 23),
        guardian="Selma Begić",
        guardian_consent_on=TODAY,
    )
    assert roster.overview(session)[0].age == 15
    assert person.state is State.ACTIVE


def test_a_minor_without_a_guardians_consent_is_refused(session: Session) -> None:
    said = refusal(enter, session, "Tarik Begić", date(2010, 1, 1), guardian="Selma Begić")
    assert said.startswith("Tarik Begić is a minor: enter the guardian's name")


def test_a_minor_may_be_written_down_as_prospective_before_the_consent_comes(
    session: Session,
) -> None:
    person = enter(session, born=date(2010, 1, 1), state=State.PROSPECTIVE)
    assert roster.overview(session)[0].needs_consent
    assert "is a minor" in refusal(work, session, (person, 60))


def test_an_employee_needs_no_guardian(session: Session) -> None:
    person = enter(session, born=date(2009, 1, 1), standing=Standing.STAFF)
    work(session, (person, 60))
    assert not roster.overview(session)[0].needs_consent


def test_the_same_person_is_not_entered_twice(session: Session) -> None:
    enter(session, "Đuro Perić")
    assert refusal(enter, session, "Djuro  Perić").startswith("Djuro Perić, born on 1. 5. 1990.,")
    enter(session, "Đuro Perić", date(1990, 5, 2))


def test_a_name_and_a_possible_date_of_birth_are_needed(session: Session) -> None:
    with pytest.raises(Missing):
        volunteers.enter(session, Details("Amra", "  ", date(1990, 1, 1)))
    assert "cannot be a date of birth" in refusal(enter, session, born=date(2027, 1, 1))
    assert "cannot be a date of birth" in refusal(enter, session, born=date(1899, 12, 31))


def test_a_text_that_would_be_cut_is_refused(session: Session) -> None:
    said = refusal(enter, session, note="x" * 5000)
    assert said.endswith("is too long: at most 2,000 characters are kept.")


def test_details_are_changed_and_found_under_the_new_name(session: Session) -> None:
    person = enter(session, "Amra Hodžić", phone="061 000 111")
    changed = Details("Amra", "Kovač", date(1991, 1, 1), email="amra@example.org")
    volunteers.change(session, person, changed)
    assert [row.name for row in roster.overview(session, "kovac")] == ["Kovač Amra"]
    assert roster.overview(session, "hodzic") == []
    assert (person.phone, person.email) == ("", "amra@example.org")


def test_a_change_keeps_the_day_of_joining(session: Session) -> None:
    person = enter(session, joined_on=date(2020, 3, 1))
    volunteers.change(session, person, Details("Amra", "Hodžić", date(1990, 5, 1)))
    assert person.joined_on == date(2020, 3, 1)


def test_who_has_left_is_listed_apart_and_may_come_back(session: Session) -> None:
    person = enter(session, joined_on=date(2026, 1, 1))
    volunteers.leave(session, person, date(2026, 11, 1))
    assert roster.overview(session) == []
    assert roster.choices(session) == []
    for found in (roster.overview(session, state=State.LEFT), roster.overview(session, "amra")):
        assert [row.state for row in found] == [State.LEFT]
    volunteers.change(session, person, Details("Amra", "Hodžić", date(1990, 5, 1)))
    assert person.left_on is None and roster.overview(session)[0].state is State.ACTIVE


def test_no_one_leaves_before_joining_or_in_the_future(session: Session) -> None:
    person = enter(session, joined_on=date(2026, 11, 1))
    assert "joined on 1. 11. 2026. and cannot have left before" in refusal(
        volunteers.leave, session, person, date(2026, 10, 31)
    )
    with pytest.raises(InFuture):
        volunteers.leave(session, person, date(2026, 11, 24))


def test_namesakes_are_told_apart_by_the_year_of_birth(session: Session) -> None:
    enter(session, "Ivan Marić", date(1980, 1, 1))
    enter(session, "Ivan Marić", date(1990, 1, 1))
    enter(session, "Ivana Marić", date(1990, 1, 1))
    labels = [label for _id, label in roster.choices(session, "maric")]
    assert labels == ["Marić Ivan (1980)", "Marić Ivan (1990)", "Marić Ivana"]


def test_who_was_born_on_29_february_has_a_birthday_every_year() -> None:
    born = date(2008, 2, 29)
    assert law.birthday(born, 15) == date(2023, 3, 1)
    assert law.birthday(born, 20) == date(2028, 2, 29)
    assert (law.age(born, date(2023, 2, 28)), law.age(born, date(2023, 3, 1))) == (14, 15)


# Skills and trainings


def test_people_are_found_by_what_they_can_do(session: Session) -> None:
    person = enter(session)
    enter(session, "Ivan Marić")
    trainings.set_skills(session, person, [Skill.DRIVING, Skill.PSS])
    trainings.set_skills(session, person, [Skill.DRIVING, Skill.INTERPRETING])
    assert [row.id for row in roster.overview(session, skill=Skill.INTERPRETING)] == [person.id]
    assert roster.overview(session, skill=Skill.PSS) == []


def test_people_are_found_by_naming_what_they_can_do(session: Session) -> None:
    person = enter(session)
    enter(session, "Ivan Marić")
    trainings.set_skills(session, person, [Skill.INTERPRETING])
    assert [row.id for row in roster.overview(session, "interp hodzic")] == [person.id]
    translations.use("sr_Cyrl")
    assert [row.id for row in roster.overview(session, current().show(Skill.INTERPRETING))] == [
        person.id
    ]


def test_a_training_also_counts_as_its_skill(session: Session) -> None:
    person = enter(session)
    trainings.add(session, person, Course(Skill.FIRST_AID, date(2026, 3, 1)))
    trainings.add(session, person, Course(Skill.FIRST_AID, date(2026, 3, 1)))
    found = roster.card(session, person.id)
    assert found and found.skills == (Skill.FIRST_AID,) and len(found.courses) == 1


def test_trainings_are_replaced_by_exactly_those_given(session: Session) -> None:
    person = enter(session)
    kept, gone = Course(Skill.PSS, date(2025, 3, 1)), Course(Skill.CAMP, date(2025, 4, 1))
    trainings.replace(session, person, [kept, gone])
    new = Course(Skill.PGI, date(2026, 5, 1), date(2027, 5, 1), "Crveni križ")
    trainings.replace(session, person, [kept, new])
    assert trainings.of(person) == [new, kept]


def test_a_certificate_that_was_renewed_does_not_expire(session: Session) -> None:
    person = enter(session)
    old = Course(Skill.FIRST_AID, date(2024, 12, 1), date(2026, 12, 1))
    trainings.add(session, person, old)
    assert [row.expires_on for row in trainings.expiring(session)] == [date(2026, 12, 1)]
    trainings.add(session, person, Course(Skill.FIRST_AID, date(2026, 11, 1), date(2028, 11, 1)))
    assert trainings.expiring(session) == []


def test_a_certificate_without_an_end_does_not_expire(session: Session) -> None:
    person = enter(session)
    trainings.add(session, person, Course(Skill.PSS, date(2020, 1, 1), date(2021, 1, 1)))
    trainings.add(session, person, Course(Skill.PSS, date(2021, 1, 1)))
    assert trainings.expiring(session, past=True) == []


def test_expired_and_soon_expiring_are_told_apart(session: Session) -> None:
    person = enter(session)
    for skill, ends in ((Skill.PSS, date(2026, 11, 22)), (Skill.CAMP, date(2027, 1, 22))):
        trainings.add(session, person, Course(skill, date(2024, 1, 1), ends))
    trainings.add(session, person, Course(Skill.PGI, date(2024, 1, 1), date(2027, 1, 23)))
    assert [row.skill for row in trainings.expiring(session)] == [Skill.CAMP]
    assert [row.skill for row in trainings.expiring(session, past=True)] == [Skill.PSS, Skill.CAMP]
    first = roster.overview(session)[0].expiring
    assert first and first.skill is Skill.PSS


def test_a_training_cannot_expire_before_it_ends_or_lie_in_the_future(session: Session) -> None:
    person = enter(session)
    bad = Course(Skill.PSS, date(2026, 5, 1), date(2026, 4, 30))
    assert refusal(trainings.add, session, person, bad).startswith("Psychosocial support: a")
    with pytest.raises(InFuture):
        trainings.add(session, person, Course(Skill.PSS, date(2026, 11, 24)))


# Hours


def test_an_activity_keeps_everyones_hours(session: Session) -> None:
    amra, ivan = enter(session), enter(session, "Ivan Marić")
    team = places.add(session, "Mobilni tim", PlaceKind.TEAM)
    activities.record(
        session,
        Work.FIELD_TEAM,
        [Stint(amra, 210), Stint(ivan, 60)],
        on=TODAY,
        place=team,
        description=" Obilazak  ",
        kilometres=85,
    )
    card = roster.card(session, amra.id)
    assert card and card.minutes == card.row.minutes_this_year == 210
    assert (card.parts[0].place, card.parts[0].description) == ("Mobilni tim", "Obilazak")


def test_a_double_click_records_once(session: Session) -> None:
    person, token = enter(session), uuid4()
    first = work(session, (person, 60), token=token)
    assert work(session, (person, 60), token=token) is first
    assert session.scalar(select(func.count()).select_from(Engagement)) == 1


def test_hours_in_the_future_or_in_a_closed_month_are_refused(session: Session) -> None:
    person = enter(session)
    kept = work(session, (person, 60), on=date(2026, 10, 5))
    periods.close(session, OCTOBER, "{}", "0")
    with pytest.raises(InFuture):
        work(session, (person, 60), on=date(2026, 11, 24))
    with pytest.raises(ClosedMonth):
        work(session, (person, 60), on=date(2026, 10, 31))
    with pytest.raises(ClosedMonth):
        activities.change(session, kept, Work.OFFICE, [Stint(person, 30)], on=TODAY)
    with pytest.raises(ClosedMonth):
        activities.remove(session, kept)


def test_an_activity_cannot_be_moved_into_a_closed_month(session: Session) -> None:
    person = enter(session)
    activity = work(session, (person, 60))
    periods.close(session, OCTOBER, "{}", "0")
    with pytest.raises(ClosedMonth):
        activities.change(session, activity, Work.OFFICE, [Stint(person, 60)], on=date(2026, 10, 1))


def test_no_one_works_after_leaving(session: Session) -> None:
    person = enter(session, joined_on=date(2026, 1, 1))
    volunteers.leave(session, person, date(2026, 11, 10))
    work(session, (person, 60), on=date(2026, 11, 10))
    assert refusal(work, session, (person, 60), on=date(2026, 11, 11)) == (
        "Amra Hodžić left the branch on 10. 11. 2026. and cannot have hours after that day."
    )


def test_no_one_worked_before_the_fifteenth_birthday(session: Session) -> None:
    person = enter(
        session,
        born=date(2011, 11, 10),
        guardian="Selma Hodžić",
        guardian_consent_on=date(2026, 11, 1),
    )
    work(session, (person, 60), on=date(2026, 11, 10))
    assert "turns 15 on 10. 11. 2026." in refusal(work, session, (person, 60), on=date(2026, 11, 9))


def test_a_minor_does_not_work_before_the_guardians_consent(session: Session) -> None:
    person = enter(
        session,
        born=date(2010, 1, 1),
        guardian="Selma Hodžić",
        guardian_consent_on=date(2026, 11, 10),
    )
    said = refusal(work, session, (person, 60), on=date(2026, 11, 9))
    assert said.startswith("Amra Hodžić is a minor, and the guardian consented on 10. 11. 2026.")


def test_a_day_has_24_hours_over_all_activities(session: Session) -> None:
    person, other = enter(session), enter(session, "Ivan Marić")
    first = work(session, (person, 20 * 60), (other, 60))
    second = work(session, (person, 4 * 60))
    said = refusal(work, session, (other, 60), (person, 1))
    assert said.startswith("Amra Hodžić would have 24:01 hours on 23. 11. 2026.")
    activities.change(session, first, Work.OFFICE, [Stint(person, 1200)], on=TODAY)
    assert "would have" in refusal(
        activities.change, session, second, Work.OFFICE, [Stint(person, 241)], on=TODAY
    )
    work(session, (person, 24 * 60), on=date(2026, 11, 22))


@pytest.mark.parametrize("minutes", [0, -5, 1441])
def test_hours_out_of_range_are_refused(session: Session, minutes: int) -> None:
    assert "more than 0 and at most 24" in refusal(work, session, (enter(session), minutes))


def test_someone_must_have_worked_and_each_once(session: Session) -> None:
    person = enter(session)
    assert refusal(work, session) == "Enter at least one person with hours."
    assert "stands in the list twice" in refusal(work, session, (person, 60), (person, 30))
    with pytest.raises(activities.BadKilometres):
        work(session, (person, 60), kilometres=-1)


def test_nothing_is_kept_of_a_refused_activity(db) -> None:  # type: ignore[no-untyped-def]
    with db.write() as session:
        person = enter(session)
    with pytest.raises(activities.BadMinutes), db.write() as session:
        work(session, (session.get_one(Volunteer, person.id), 0))
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Activity)) == 0


def test_the_first_hours_make_a_prospective_volunteer_active(session: Session) -> None:
    person = enter(session, state=State.PROSPECTIVE)
    work(session, (person, 60))
    assert person.state is State.ACTIVE


def test_an_activity_is_corrected(session: Session) -> None:
    amra, ivan, eva = (enter(session, name) for name in ("Amra Hodžić", "Ivan Marić", "Eva Lukić"))
    activity = work(session, (amra, 60), (ivan, 60))
    lines = [Stint(ivan, 90), Stint(eva, 30)]
    activities.change(session, activity, Work.KITCHEN, lines, on=date(2026, 11, 20))
    session.expire_all()
    found = {row.volunteer_id: row.minutes for row in activity.engagements}
    assert found == {ivan.id: 90, eva.id: 30}
    assert (activity.work, activity.day) == (Work.KITCHEN, date(2026, 11, 20))


def test_an_activity_is_removed_with_its_hours(session: Session) -> None:
    person = enter(session)
    activities.remove(session, work(session, (person, 60)))
    assert session.scalar(select(func.count()).select_from(Engagement)) == 0


def test_a_person_with_hours_of_last_year_starts_this_year_at_nothing(session: Session) -> None:
    person = enter(session)
    work(session, (person, 60), on=date(2025, 12, 31))
    card = roster.card(session, person.id)
    assert card and (card.row.minutes_this_year, card.minutes) == (0, 60)
