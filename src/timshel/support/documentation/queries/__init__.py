"""Documents as the register, their own pages, their readers and a management review see them."""

from __future__ import annotations

from timshel.support.documentation.queries.policies import (
    PolicyGap,
    PolicyRow,
    has_policy_in_effect,
    policy_list,
)
from timshel.support.documentation.queries.readers import (
    MyReading,
    ReaderRow,
    ReadingCounts,
    my_reading,
    readers,
    reading_counts,
)
from timshel.support.documentation.queries.records import (
    AudienceView,
    Compared,
    DocumentView,
    Named,
    VersionRow,
    VersionView,
    audience_of,
    compared,
    document_view,
    version_view,
)
from timshel.support.documentation.queries.register import (
    About,
    DocumentFacets,
    DocumentFilter,
    DocumentRow,
    DocumentSummary,
    document_facets,
    document_list,
    documentation_summary,
    number_by_code,
)

__all__ = [
    "About",
    "AudienceView",
    "Compared",
    "DocumentFacets",
    "DocumentFilter",
    "DocumentRow",
    "DocumentSummary",
    "DocumentView",
    "MyReading",
    "Named",
    "PolicyGap",
    "PolicyRow",
    "ReaderRow",
    "ReadingCounts",
    "VersionRow",
    "VersionView",
    "audience_of",
    "compared",
    "document_facets",
    "document_list",
    "document_view",
    "documentation_summary",
    "has_policy_in_effect",
    "my_reading",
    "number_by_code",
    "policy_list",
    "readers",
    "reading_counts",
    "version_view",
]
