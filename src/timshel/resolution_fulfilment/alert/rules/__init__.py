"""Pure decisions about alerts: what was said, whose it is, what is muted, what is one matter."""
