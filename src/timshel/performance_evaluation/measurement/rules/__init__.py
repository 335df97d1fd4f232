"""Pure decisions about measures: periods, rounding, and time without a service."""
