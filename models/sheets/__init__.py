"""Day sheets: a table of encounters, read, checked and taken in whole."""
