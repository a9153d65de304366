"""A phone number and an e-mail address are told apart, however they are written."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from models.team import contact, volunteers
from models.team.contact import NotAnEmail, NotAPhone
from models.team.volunteers import Details
from models.text import TextTooLong

PHONES = (
    "", "112", "061 123 456", "061/123-456", "+387 (0)37 222-333", "0049 170 1234567",
    "037 222 333 lok. 12", "+1-202-555-0147 ext. 5", "061 123 456 (majka)", "٠٦١ ١٢٣",
)  # fmt: skip
NO_PHONES = ("amra@example.org", "061 123 456, amra@example.org", "Amra", "--", "12")
EMAILS = (
    "", "amra@example.org", "amra.hodzic+kk@mail.example.ba", "амра@пример.срб",
    "dženana@čaršija.example", "a@b.co", "o'neil@example.org",
)  # fmt: skip
NO_EMAILS = (
    "061 123 456", "amra", "amra@", "@example.org", "amra@example", "amra@@example.org",
    "amra @example.org", "amra@example..org", "amra@.org", "amra@example.", "a@b.ba, c@d.ba",
    "Amra <amra@example.org>",
)  # fmt: skip


@pytest.mark.parametrize("written", PHONES)
def test_a_phone_number_is_kept_as_it_is_written(written: str) -> None:
    assert contact.phone(f" {written} ") == written


@pytest.mark.parametrize("written", NO_PHONES)
def test_what_is_no_phone_number_is_refused(written: str) -> None:
    with pytest.raises(NotAPhone) as refusal:
        contact.phone(written)
    assert refusal.value.text().startswith(f"“{written}” is not a phone number. Write digits")


@pytest.mark.parametrize("written", EMAILS)
def test_an_address_is_kept_as_it_is_written(written: str) -> None:
    assert contact.email(f" {written} ") == written


@pytest.mark.parametrize("written", NO_EMAILS)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(NotAnEmail) as refusal:
        contact.email(written)
    assert refusal.value.text().startswith(f"“{written}” is not an e-mail address. Write one")


def test_what_is_too_long_is_not_cut() -> None:
    with pytest.raises(TextTooLong):
        contact.phone("1" * 51)
    with pytest.raises(TextTooLong):
        contact.email(f"{'a' * 100}@example.org")


def test_what_was_written_before_stays_until_it_is_changed(session: Session) -> None:
    known = Details("Amra", "Hodžić", date(1990, 5, 1))
    person = volunteers.enter(session, known)
    person.phone, person.email = "amra@example.org", "061 123 456"
    volunteers.change(session, person, volunteers.details(person))
    assert person.email == "061 123 456"
    with pytest.raises(NotAPhone):
        volunteers.change(session, person, Details(*_names(known), phone="mobitel"))


def _names(known: Details) -> tuple[str, str, date]:
    return known.first_name, known.last_name, known.birth_date
