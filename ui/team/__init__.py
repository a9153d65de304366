"""Screens of volunteers: people, trainings, hours."""
