"""The addresses of the form builder."""

from __future__ import annotations

from timshel.interfaces.web.administration import form_builder_pages as pages
from timshel.interfaces.web.administration.form_builder import form_draft
from timshel.interfaces.web.administration.form_builder_pages import SEE, SET
from timshel.interfaces.web.administration.form_builder_preview import form_preview
from timshel.interfaces.web.entrance import guarded_path as path
from timshel.service_portfolio.catalogue.access import PUBLISH

FORM_PATHS = [
    path("forms", pages.form_index, name="forms", permissions=SEE),
    path("forms/new", pages.form_new, name="form-new", permissions=SET),
    path("forms/<str:code>", pages.form_page, name="form", permissions=SEE),
    path("forms/<str:code>/draft", form_draft, name="form-draft", permissions=SET),
    path("forms/<str:code>/preview", form_preview, name="form-preview", permissions=SEE),
    path("forms/<str:code>/start", pages.form_start, name="form-start", permissions=SET),
    path("forms/<str:code>/discard", pages.form_discard, name="form-discard", permissions=SET),
    path(
        "forms/<str:code>/publish", pages.form_publish, name="form-publish", permissions=(PUBLISH,)
    ),
    path("forms/<str:code>/retire", pages.form_retire, name="form-retire", permissions=(PUBLISH,)),
]
