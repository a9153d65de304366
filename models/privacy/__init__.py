"""How long data about people are kept, and how they are erased."""
