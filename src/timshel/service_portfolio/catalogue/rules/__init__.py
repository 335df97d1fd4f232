"""Pure decisions about the catalogue: what a page says, who fits, what is found."""
