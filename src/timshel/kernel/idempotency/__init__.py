"""The same request sent twice is done once: a key kept in the transaction of the change."""
