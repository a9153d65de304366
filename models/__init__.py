"""The branch's books: tables, the verbs on them, and the rules those verbs keep."""
