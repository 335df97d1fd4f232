"""The audit trail: one row for each change, written in the transaction of the change.

History shown to people, the event log of the clocks, notices and evidence for auditors are all
read from here. The database refuses update and delete; sealed blocks make tampering show.
"""
