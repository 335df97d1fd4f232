"""Alerts for people, sources for those who keep them, and how services stand by alerts."""

from timshel.resolution_fulfilment.alert.queries.listing import (
    AlertFilters,
    AlertRow,
    AlertView,
    BesideIncident,
    MomentRow,
    alert,
    alert_list,
    alerts_beside,
)
from timshel.resolution_fulfilment.alert.queries.outgoing import (
    AlertsTold,
    alerts_told,
    source_told,
)
from timshel.resolution_fulfilment.alert.queries.sources import (
    PayloadRow,
    RuleView,
    SourceRow,
    SourceView,
    Tried,
    refused_payloads,
    rule_list,
    sending_scope,
    source,
    source_choices,
    source_list,
    tried_on_last,
)
from timshel.resolution_fulfilment.alert.queries.standing import (
    ServiceStanding,
    Tally,
    service_standings,
    tally,
)

__all__ = [
    "AlertFilters",
    "AlertRow",
    "AlertView",
    "AlertsTold",
    "BesideIncident",
    "MomentRow",
    "PayloadRow",
    "RuleView",
    "ServiceStanding",
    "SourceRow",
    "SourceView",
    "Tally",
    "Tried",
    "alert",
    "alert_list",
    "alerts_beside",
    "alerts_told",
    "refused_payloads",
    "rule_list",
    "sending_scope",
    "service_standings",
    "source",
    "source_choices",
    "source_list",
    "source_told",
    "tally",
    "tried_on_last",
]
