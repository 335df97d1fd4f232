"""The status page: for strangers and for people of the house, also while the database is down."""
