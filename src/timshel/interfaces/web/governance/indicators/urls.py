"""The addresses of indicators and scorecards, below ``/governance``."""

from __future__ import annotations

from functools import partial

from django.urls import URLPattern
from django.urls import path as open_path

from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.governance.indicators import cards, files, pages
from timshel.interfaces.web.governance.subscriptions import subscribe_scorecard
from timshel.performance_evaluation.indicator.access import MANAGE, VIEW

ONE = "indicators/<str:indicator>"
CARD = "scorecards/<str:scorecard>"
view_path = partial(guarded_path, permissions=(VIEW,))
manage_path = partial(guarded_path, permissions=(MANAGE,))

urlpatterns: list[URLPattern] = [
    view_path("indicators", pages.register, name="indicator-list"),
    view_path("indicators/xlsx", files.register_xlsx, name="indicator-list-xlsx"),
    manage_path("indicators/new", pages.new, name="indicator-new"),
    # Whoever answers for one sees it and has it read.
    open_path(ONE, pages.one, name="indicator"),
    open_path(f"{ONE}/read", pages.read, name="indicator-read"),
    open_path(f"{ONE}/recount", pages.recount, name="indicator-recount"),
    manage_path(f"{ONE}/change", pages.change, name="indicator-change"),
    manage_path(f"{ONE}/retire", pages.retire, name="indicator-retire"),
    manage_path(f"{ONE}/resume", pages.resume, name="indicator-resume"),
    view_path("scorecards", cards.cards, name="scorecard-list"),
    manage_path("scorecards/new", cards.new, name="scorecard-new"),
    open_path(CARD, cards.card, name="scorecard"),
    open_path(f"{CARD}/xlsx", files.card_xlsx, name="scorecard-xlsx"),
    open_path(f"{CARD}/pdf", files.card_pdf, name="scorecard-pdf"),
    open_path(f"{CARD}/subscribe", subscribe_scorecard, name="scorecard-subscribe"),
    manage_path(f"{CARD}/change", cards.change, name="scorecard-change"),
    manage_path(f"{CARD}/remove", cards.remove, name="scorecard-remove"),
]
