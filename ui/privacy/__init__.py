"""Screens about personal data: how long they are kept, their erasure, what is held of one."""
