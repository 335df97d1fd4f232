"""Pure decisions about report cards."""
