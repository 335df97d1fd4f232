"""Pure decisions about service levels: the clock, the terms that hold, and the hours they count."""
