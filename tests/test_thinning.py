"""Thinning never lets the newest backup go, and keeps what each rule asks for."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.safe import thinning

NOW = datetime(2026, 11, 25, 22)
moments = st.lists(
    st.datetimes(min_value=datetime(2024, 1, 1), max_value=NOW + timedelta(days=30)), max_size=80
)


@given(moments)
def test_the_newest_always_stays(made):
    assert not made or max(made) not in thinning.surplus(made, NOW)


@given(moments)
def test_what_is_dated_ahead_stays_and_takes_no_place(made):
    past = [moment for moment in made if moment <= NOW]
    assert thinning.surplus(made, NOW) == thinning.surplus(past, NOW)
    assert thinning.nameless(made, NOW) == thinning.nameless(past, NOW)


@given(moments)
def test_all_of_the_last_two_days_stay(made):
    gone = thinning.surplus(made, NOW)
    assert not [moment for moment in gone if NOW - moment <= thinning.ALL]


@given(moments)
def test_the_newest_twelve_days_ten_weeks_and_twelve_months_keep_one_each(made):
    kept = set(made) - set(thinning.surplus(made, NOW))
    for span, most in (
        (lambda moment: moment.date(), thinning.DAILY),
        (lambda moment: moment.isocalendar()[:2], thinning.WEEKLY),
        (lambda moment: (moment.year, moment.month), thinning.MONTHLY),
    ):
        wanted = sorted({span(moment) for moment in made}, reverse=True)[:most]
        assert set(wanted) <= {span(moment) for moment in kept}


@given(moments)
def test_no_more_is_kept_than_the_rules_ask_for(made):
    kept = set(made) - set(thinning.surplus(made, NOW))
    older = [moment for moment in kept if NOW - moment > thinning.ALL]
    assert len(older) <= thinning.DAILY + thinning.WEEKLY + thinning.MONTHLY + 1


@given(moments)
def test_thinning_again_takes_nothing_more(made):
    kept = set(made) - set(thinning.surplus(made, NOW))
    assert thinning.surplus(kept, NOW) == []


def test_a_year_of_backups_every_half_hour_comes_down_to_a_handful():
    made = [NOW - timedelta(minutes=30 * turn) for turn in range(365 * 48)]
    kept = len(made) - len(thinning.surplus(made, NOW))
    assert 97 + 10 + 7 + 9 <= kept <= 97 + 12 + 10 + 12


@given(moments)
def test_nothing_as_old_as_the_horizon_keeps_its_people_but_the_newest(made):
    nameless = set(thinning.nameless(made, NOW))
    old = {moment for moment in made if NOW.date() - moment.date() >= thinning.HORIZON}
    past = [moment for moment in made if moment <= NOW]
    assert old - {max(past, default=NOW)} <= nameless
    assert not made or max(made) not in nameless


@given(moments)
def test_what_days_and_weeks_keep_within_the_horizon_keeps_its_people(made):
    near = [moment for moment in made if NOW - moment <= thinning.ALL]
    assert not set(near) & set(thinning.nameless(made, NOW))
