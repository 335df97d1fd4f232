"""Who is responsible, accountable, consulted and informed, by service and process (clause 5.3)."""
