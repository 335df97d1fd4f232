"""What people do around a piece of work together, as the record's page asks for it."""
