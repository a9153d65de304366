"""The pieces that every screen is made of: fields, rows, boxes, cards, icons."""
