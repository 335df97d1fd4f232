"""Pure decisions about objectives: what one says, how far it is, and what its readings tell."""
