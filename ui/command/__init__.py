"""The command line: what may be written on it, and what each command does."""
