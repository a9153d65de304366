"""The way in: first run, unlocking, the main window."""
