"""Telling everybody what is out of order, and that it is over."""

from timshel.resolution_fulfilment.outage.actions.declaring import (
    REGION,
    declare_outage,
    end_outage,
    join_outage,
)

__all__ = ["REGION", "declare_outage", "end_outage", "join_outage"]
