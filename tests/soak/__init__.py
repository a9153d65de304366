"""The long runs, one file for each."""
