"""Screens of the warehouse: stock, the forms that move goods, documents."""
