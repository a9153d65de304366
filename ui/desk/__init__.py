"""Screens of aid: encounters, a person, a group, a day sheet."""
