"""Facts about work are published by the processes that it belongs to."""
