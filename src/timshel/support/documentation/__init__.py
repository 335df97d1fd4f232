"""Clause 7.5: controlled documents, their versions, to whom they are told and who read them."""
