"""Screens of reports: preview, print, save, close a month."""
