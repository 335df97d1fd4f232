"""Actions that follow from other records: who does what until when (clauses 6.1, 9.3, 10.1)."""
