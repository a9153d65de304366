"""What pages are made of: fonts, text in any script, blocks, tables, and the printing of them."""
