"""What the record of acts tells of itself: readable, narrowed, and nobody helped named in it."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from things import DAY, Things, as_program, lay_out

from models import checks, clock, record, recorded, seen, subjects
from models.checks import BookCut, RecordBroken, RecordCut
from models.database import Database
from models.desk import aid, cards
from models.desk.cards import Person
from models.goods import items
from models.goods.documents import Document
from models.office import users
from models.office.users import SIGNED_OUT
from models.periods import Period
from models.privacy.access import Cause, Recipient
from models.privacy.retention import Kind
from models.record import Subject
from models.recorded import ActRow, Wanted
from models.roles import Role
from models.safe import backups, keys, restoring
from models.safe.backups import Reason
from models.team import activities, volunteers
from models.team.activities import Stint, Work
from models.team.volunteers import Details
from translations import language

ENGLISH = language("en")
ALL = Wanted()


def acts(session: Session, wanted: Wanted = ALL) -> list[ActRow]:
    return recorded.rows(session, recorded.ids(session, wanted))


def said(session: Session, wanted: Wanted = ALL) -> list[str]:
    return [row.about.text(ENGLISH) for row in acts(session, wanted)]


def test_the_newest_act_comes_first_with_what_it_was_about(things: Things) -> None:
    things.receive(3)
    newest = acts(things.session)[0]
    assert newest.act == "Received goods"
    assert newest.about.text(ENGLISH) == "Goods received note 1/2026"
    assert newest.about.text(language("bs")) != newest.about.text(ENGLISH)


def test_an_item_is_called_by_its_name_in_the_language_of_the_reader(things: Things) -> None:
    items.retire(things.session, things.blanket)
    about = acts(things.session)[0].about
    assert about.text(ENGLISH) == "Blanket"
    assert about.text(language("bs")) == "Deka"


def test_a_person_is_a_number_and_a_card_its_code(session: Session) -> None:
    details = Details("Amra", "Hodžić", date(1990, 1, 1))
    person = volunteers.enter(session, details)
    card = cards.add(session)
    assert said(session)[:2] == [f"card {cards.shown(card.token)}", f"volunteer no. {person.id}"]


def test_acts_are_narrowed_by_days_user_act_kind_and_words(db: Database) -> None:
    with clock.at(datetime(2026, 10, 1, 12)), as_program(db).write() as session:
        lay_out(session)
        users.add(session, "edin", "Edin", [Role.SECRETARY])
    users.sign_in(db, "edin")
    with clock.at(datetime(2026, 10, 6, 12)), db.write() as session:
        items.retire(session, items.find(session, "blanket"))
        october = Period(date(2026, 10, 1), date(2026, 10, 1))
        assert {row.at.day for row in acts(session, Wanted(period=october))} == {1}
        assert {row.who for row in acts(session, Wanted(user=db.user))} == {"Edin"}
        assert {row.who for row in acts(session, Wanted(user=0))} == {""}
        retired = acts(session, Wanted(code="items.retire"))
        assert [row.about.subject.table for row in retired] == ["item"]
        places = acts(session, Wanted(table="place"))
        assert {row.about.subject.table for row in places} == {"place"}
        assert "Blanket" in said(session, Wanted(search="blank"))
        assert set(said(session, Wanted(search="Main store"))) == {"Main store"}
        assert said(session, Wanted(search="no such thing")) == []


def test_who_did_what_with_a_document_knows_the_entry_it_belongs_to(things: Things) -> None:
    things.receive(3)
    met = aid.help_group(
        things.session, [aid.Count(Person(), 1)], things.warehouse, on=DAY, goods=[things.goods(1)]
    )
    found = acts(things.session, Wanted(subject=Subject("document", met.document_id)))
    assert [row.act for row in found] == ["Helped a group"]


def test_who_did_what_with_a_person_knows_their_hours_and_trainings(session: Session) -> None:
    amra = volunteers.enter(session, Details("Amra", "Hodžić", date(1990, 1, 1)))
    other = volunteers.enter(session, Details("Ivan", "Marić", date(1990, 1, 1)))
    activities.record(session, next(iter(Work)), [Stint(amra, 120)], on=DAY)
    acts_of = acts(session, Wanted(subject=Subject("volunteer", amra.id)))
    assert [row.act for row in acts_of] == ["Recorded hours", "Entered a person"]
    assert len(acts(session, Wanted(subject=Subject("volunteer", other.id)))) == 1


def test_a_document_is_found_by_its_number(things: Things) -> None:
    things.receive(3)
    assert said(things.session, Wanted(search="1/2026")) == ["Goods received note 1/2026"]


def test_what_goes_out_is_recorded_with_its_form_and_about_what(db: Database) -> None:
    with as_program(db).write() as session:
        receipt = lay_out(session).receive(3)
    recorded.put_out(db, "document", "pdf hr", (Document, receipt.id))
    recorded.put_out(db, "report 2026-10", "print bs")
    with db.read() as session:
        report, document = acts(session)[:2]
    assert document.about.text(ENGLISH) == "Goods received note 1/2026"
    assert recorded.detail_text(document.detail, ENGLISH) == "document · PDF · Hrvatski"
    assert recorded.detail_text(report.detail, ENGLISH) == (
        "report · October\u00a02026 · printed · Bosanski"
    )


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("timer", "by itself"),
        ("erasure", "before an erasure"),
        ("erasure 2 print", "receipt of an erasure · 2 · printed"),
        ("person:request", "the person themselves, the person asked for it"),
        ("cards:3 remarks:0 people:2", "Cards: 3 · Remarks: 0 · Volunteers: 2"),
        ("report 2026-10 pdf bs public", "report · October\u00a02026 · PDF · Bosanski · public"),
        ("postgresql", "the server"),
    ],
)
def test_a_detail_is_read_in_words(detail: str, said: str) -> None:
    assert recorded.detail_text(detail, ENGLISH) == said


@pytest.mark.parametrize(
    "code",
    [*Reason, *Recipient, *Cause, *Kind, *Role, "public", "server", "sqlite", "people"],
)
def test_no_detail_stays_a_code_in_another_language(code: str) -> None:
    shown = recorded.detail_text(code, language("sr_Cyrl"))
    assert not re.search("[a-z_]", shown)


def test_a_paper_goes_out_of_books_in_trouble_too(db: Database) -> None:
    as_program(db).trouble = RecordBroken(number=1)
    recorded.put_out(db, "report 2026-10", "print bs")


def test_signing_in_after_wrong_tries_says_how_many_and_signing_out_ends_it(db: Database) -> None:
    with as_program(db).write() as session:
        users.add(session, "edin", "Edin")
    users.sign_in(db, "edin", detail=f"{record.FAILED}3")
    user = db.user
    users.sign_out(db)
    assert db.user is None
    assert not db.roles
    with as_program(db).read() as session:
        left, came = acts(session)[:2]
    assert recorded.detail_text(came.detail, ENGLISH) == "failed tries before: 3"
    assert (left.act, left.about.subject.id) == (record.ACTS[SIGNED_OUT], user)


def test_every_table_that_acts_are_about_has_a_noun(db: Database) -> None:
    assert set(subjects.KINDS) <= set(subjects.NOUNS)


# Cut ends


def test_the_whole_chain_is_walked_and_its_progress_told(things: Things) -> None:
    things.receive(3)
    count, problems = recorded.verify(things.session)
    assert (count, problems) == (record.head(things.session)[0], [])


@pytest.fixture
def cut(db: Database, tmp_path: Path) -> Database:
    """Books of which this computer saw the end, without the guards that keep rows."""
    db.seen_in = db.seen_in or tmp_path / seen.FILE
    with as_program(db).write() as session:
        things = lay_out(session)
        things.receive(9)
        things.hand_out(2)
        unguard(session)
    return db


def unguard(session: Session) -> None:
    """Take the guards away, as whoever edits below the program would."""
    is_server = session.get_bind().dialect.name == "postgresql"
    for guard in ("act_delete_refused", "document_delete_refused", "line_delete_posted"):
        on = f" ON {guard.split('_')[0]}" if is_server else ""
        session.execute(text(f"DROP TRIGGER {guard}{on}"))


def found_in(db: Database) -> dict[str, object]:
    with db.read() as session:
        return {type(each).__name__: each.details.get("number") for each in checks.run(session)}


def test_acts_cut_off_are_missed_by_the_documents_they_posted(cut: Database) -> None:
    with cut.write() as session:
        last = record.head(session)[0]
        session.execute(text(f"DELETE FROM act WHERE id = {last}"))
        assert [each.details for each in checks.record_and_book_agree(session)] == [
            {"number": last}
        ]


def test_a_document_cut_off_is_missed_by_the_act_that_posted_it(cut: Database) -> None:
    with cut.write() as session:
        drop_document(session, 2)
        assert [each.details for each in checks.record_and_book_agree(session)] == [{"number": 2}]


def test_both_ends_cut_off_together_are_missed_by_what_was_seen(cut: Database) -> None:
    with cut.write() as session:
        last = record.head(session)[0]
        drop_document(session, 2)
        session.execute(text(f"DELETE FROM act WHERE id = {last}"))
    found = found_in(cut)
    assert found[RecordCut.__name__] == last
    assert found[BookCut.__name__] == 2


def drop_document(session: Session, number: int) -> None:
    for statement in (
        "DELETE FROM line WHERE document_id = (SELECT id FROM document WHERE chain_number = {})",
        "DELETE FROM document WHERE chain_number = {}",
    ):
        session.execute(text(statement.format(number)))


def test_after_a_restore_the_books_may_reach_less_far(cut: Database) -> None:
    with cut.write() as session:
        session.execute(text(f"DELETE FROM act WHERE id = {record.head(session)[0]}"))
        drop_document(session, 2)
    assert RecordCut.__name__ in found_in(cut)
    assert cut.seen_in
    seen.forget(cut.seen_in)
    assert RecordCut.__name__ not in found_in(cut)


def test_a_torn_file_of_what_was_seen_asks_less_and_breaks_nothing(tmp_path: Path) -> None:
    path = tmp_path / seen.FILE
    for content in (b"", b"{", b"[]", b'{"act": "x"}', b"\xff"):
        path.write_bytes(content)
        assert seen.read(path) == seen.Seen()


def test_a_rolled_back_act_is_not_seen(db: Database, tmp_path: Path) -> None:
    db.seen_in = tmp_path / seen.FILE
    with as_program(db).write() as session:
        lay_out(session)
    before = seen.read(db.seen_in)
    with suppress(InterruptedError), db.write() as session:
        items.retire(session, items.find(session, "blanket"))
        raise InterruptedError
    assert seen.read(db.seen_in) == before


def test_an_older_backup_takes_the_place_of_newer_books_without_an_alarm(tmp_path: Path) -> None:
    home = tmp_path / "home"
    key = keys.create(home, "amra", "ide medo preko mosta", cost=keys.Cost(1024, 1, 1))
    books = as_program(Database.create(home, key))
    with books.write() as session:
        lay_out(session).receive(3)
    backup = backups.make(books, tmp_path / "older.backup", next(iter(backups.Reason)))
    with books.write() as session:
        items.retire(session, items.find(session, "blanket"))
        items.retire(session, items.find(session, "water"))
    books.close()
    restoring.restore(backup.file, home, key)
    restored = as_program(Database.open(home, key))
    with restored.read() as session:
        assert checks.run(session) == []
    restored.close()
