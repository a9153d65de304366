"""What the search box finds in the whole program: cards, items, volunteers and documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from models.desk import cards
from models.desk.cards import Card
from models.goods import items, shelf
from models.rights import may
from models.team import roster
from models.team.volunteers import Volunteer
from translations import N_, _
from ui.desk import aid
from ui.pieces.search import Finder, Hit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.window import MainWindow

SHOWN = 5  # hits of one kind
AID, STOCK, VOLUNTEERS = N_("Aid"), N_("Stock"), N_("Volunteers")

Show = Callable[[str], Any]  # shows the page with this title and gives it back
Find = Callable[[Show, "Session", str], Sequence[Hit]]


def of(window: MainWindow) -> list[Finder]:
    """The finders of a window, in the order in which their hits are listed."""
    needed: tuple[tuple[Find, Callable[..., Any]], ...] = (
        (_cards, cards.find),
        (_items, shelf.card),
        (_people, roster.choices),
        (_documents, shelf.documents),
    )
    return [partial(find, window.show_page) for find, verb in needed if may(window.db.roles, verb)]


def _cards(show: Show, session: Session, text: str) -> Sequence[Hit]:
    return [
        Hit(hit.label, hit.kind, _opening(show, AID, "show_card", hit.card_id), Card)
        for hit in aid.find(session, text)
    ]


def _items(show: Show, session: Session, text: str) -> Sequence[Hit]:
    return [
        Hit(name, _("Item"), _opening(show, STOCK, "show_item", id_))
        for id_, name in items.choices(session, text, SHOWN)
    ]


def _people(show: Show, session: Session, text: str) -> Sequence[Hit]:
    return [
        Hit(name, _("Volunteer"), _opening(show, VOLUNTEERS, "show_person", id_), Volunteer)
        for id_, name in roster.choices(session, text, SHOWN)
    ]


def _documents(show: Show, session: Session, text: str) -> Sequence[Hit]:
    return [
        Hit(
            f"{_(found.kind.label)} {found.number}",
            found.place,
            _opening(show, STOCK, "show_documents", text),
        )
        for found in shelf.numbered(session, text)[:SHOWN]
    ]


def _opening(show: Show, title: str, verb: str, what: Any) -> Callable[[], object]:
    """What a hit does: show its page, let the page show what was found, and work on there."""

    def open_() -> None:
        page = show(title)
        getattr(page, verb)(what)
        page.take_focus()

    return open_
