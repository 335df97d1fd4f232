"""The pages of those who do the work: queues, the record, logging for someone."""
