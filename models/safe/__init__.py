"""What protects the books: keys, passwords, the lock of the folder."""
