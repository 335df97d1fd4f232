"""Reading the catalogue: what is shown to whom, what an order needs, what its keepers see."""

from timshel.service_portfolio.catalogue.queries.forms import (
    FormContent,
    FormRow,
    FormVersionRow,
    form_content,
    form_list,
    form_titles,
    form_versions,
    published_form,
    published_forms,
)
from timshel.service_portfolio.catalogue.queries.ordering import (
    OrderItem,
    OrderPage,
    OrderPart,
    entitled_entries,
    offering_for,
    orderable,
)

__all__ = [
    "FormContent",
    "FormRow",
    "FormVersionRow",
    "OrderItem",
    "OrderPage",
    "OrderPart",
    "entitled_entries",
    "form_content",
    "form_list",
    "form_titles",
    "form_versions",
    "offering_for",
    "orderable",
    "published_form",
    "published_forms",
]
