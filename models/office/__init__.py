"""The branch itself: its territory, its users, what is due and what it reports."""
