"""The doors: each turns the outside into one call of an action or a query."""
