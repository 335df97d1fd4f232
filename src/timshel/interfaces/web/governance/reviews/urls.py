"""The addresses of management reviews, below ``/governance``."""

from __future__ import annotations

from functools import partial

from django.urls import URLPattern
from django.urls import path as open_path

from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.governance.reviews import deeds, files, spreadsheets, views
from timshel.performance_evaluation.management_review.access import MANAGE

managing = partial(guarded_path, permissions=(MANAGE,))
REVIEW = "reviews/<str:review>"

urlpatterns: list[URLPattern] = [
    managing("reviews/new", deeds.new, name="review-new"),
    managing(f"{REVIEW}/change", deeds.change, name="review-change"),
    managing(f"{REVIEW}/draw", deeds.draw, name="review-draw"),
    managing(f"{REVIEW}/freeze", deeds.freeze, name="review-freeze"),
    managing(f"{REVIEW}/hold", deeds.hold, name="review-hold"),
    managing(f"{REVIEW}/close", deeds.close, name="review-close"),
    managing(f"{REVIEW}/inputs/<str:section>", deeds.comment, name="review-input"),
    managing(f"{REVIEW}/outputs/<str:output>", deeds.answer, name="review-output"),
    # Whoever is invited to the meeting of a review comes here without a right of their own.
    open_path("reviews", views.reviews, name="review-list"),
    open_path("reviews/xlsx", spreadsheets.as_xlsx, name="review-list-xlsx"),
    open_path(REVIEW, views.review, name="review"),
    open_path(f"{REVIEW}/pdf", files.as_pdf, name="review-pdf"),
    open_path(f"{REVIEW}/slides", files.as_slides, name="review-slides"),
]
