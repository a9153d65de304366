"""Aid to people: cards, encounters, and what was reached with them."""
