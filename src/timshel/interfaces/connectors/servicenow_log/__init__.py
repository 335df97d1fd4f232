"""The log of a ServiceNow, one row for each update of an incident, becomes incidents here."""

from timshel.interfaces.connectors.servicenow_log.importing import ImportSummary, import_log
from timshel.interfaces.connectors.servicenow_log.log import count_rows

__all__ = ["ImportSummary", "count_rows", "import_log"]
