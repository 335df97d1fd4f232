"""What can be done to the catalogue: writing, looking through, publishing, saying for whom."""

from timshel.service_portfolio.catalogue.actions.entitlements import set_entitlements
from timshel.service_portfolio.catalogue.actions.forms import (
    FormSaved,
    discard_form_draft,
    publish_form,
    retire_form,
    save_form_draft,
)
from timshel.service_portfolio.catalogue.actions.pages import (
    PageSaved,
    discard_page_draft,
    return_page,
    save_page_draft,
    send_page_to_review,
)
from timshel.service_portfolio.catalogue.actions.publishing import publish_page, retire_page

__all__ = [
    "FormSaved",
    "PageSaved",
    "discard_form_draft",
    "discard_page_draft",
    "publish_form",
    "publish_page",
    "retire_form",
    "retire_page",
    "return_page",
    "save_form_draft",
    "save_page_draft",
    "send_page_to_review",
    "set_entitlements",
]
