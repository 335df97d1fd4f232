"""The door for other programs: the same verbs as the pages, as JSON under ``/api/``."""
