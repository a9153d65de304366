"""A page that lists people: each may ask what is held about them, and to be erased."""

from __future__ import annotations

from collections.abc import Callable

from translations import N_
from ui.privacy import person
from ui.privacy.person import Anybody
from ui.table import TablePage


class PeoplePage(TablePage):
    """A subclass says of which `kind` its rows are."""

    kind: type[Anybody]

    def offer_rights(
        self, title: str, held: Callable[..., object], erased: Callable[..., object]
    ) -> None:
        """The two verbs; `title` names what is erased, `held` and `erased` do it in the books."""
        self.add_action(
            N_("What is held…"), self.give_out, icon="pdf", needs_row=True, aside=True, does=held
        )
        self.add_action(title, self.erase, icon="remove", needs_row=True, aside=True, does=erased)

    def give_out(self) -> None:
        """Make the paper of all that is held about whoever is selected."""
        if self.selected:
            person.give_out(self.db, self.kind, self.selected.id, self.window())

    def erase(self) -> None:
        """Erase what names whoever is selected, on request."""
        chosen = self.selected
        if chosen and person.erase(self.db, self.kind, chosen.id, self.window(), self.changed.emit):
            self.reload()
