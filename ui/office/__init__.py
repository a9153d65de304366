"""Screens of the office: today and the settings."""
