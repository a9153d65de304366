"""The invented year of the demonstration branch has a plausible few of everything."""

from __future__ import annotations

from datetime import datetime

import pytest
from things import as_program

from models import clock, sample
from models.database import Database
from models.desk.aid import Referral
from models.periods import Period
from reports import monthly
from reports.monthly.figures import Monthly

KEY = b"k" * 32


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> list[Monthly]:
    """September and October of the year that the demonstration shows by itself."""
    with clock.at(datetime(2026, 11, 26, 9, 30)):
        db = as_program(Database.create(tmp_path_factory.mktemp("branch"), KEY))
        sample.fill(db)
        with db.read() as session:
            found = [monthly.collect(session, Period.month(2026, month)) for month in (9, 10)]
        db.close()
    return found


def test_people_join_and_are_trained_through_the_year(months: list[Monthly]) -> None:
    for data in months:
        assert 0 < data.volunteers.new.now < 5 < data.volunteers.new.year < 30
        assert 0 < data.volunteers.trained.now < data.volunteers.engaged.now


def test_every_vulnerability_service_and_referral_occurs_in_the_year(
    months: list[Monthly],
) -> None:
    year = months[-1]
    found = [line.persons.year for line in year.people.vulnerabilities]
    assert min(found) > 0 and max(found) < year.people.carded.year / 5
    assert min(line.times.year for line in year.services) > 0
    assert {line.target for line in year.referrals} == set(Referral)
    assert not any(monthly.reconcile(data) for data in months)
