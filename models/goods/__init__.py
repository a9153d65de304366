"""Goods: the catalogue, places and lots, the ledger and the verbs of the warehouse."""
