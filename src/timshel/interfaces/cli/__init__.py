"""The ``timshel`` command: starts the product and does what an operator does at a terminal.

Its texts are in English only: they are read beside log lines and searched for on the web.
"""
