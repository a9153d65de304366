"""Volunteers and staff: who they are, what they learned, the hours they gave."""
