"""The addresses of improvements, below ``/governance``: everybody follows what is their own."""

from __future__ import annotations

from functools import partial

from django.urls import path as open_path

from timshel.improvement.initiative.access import AUTHORISE, MANAGE, SUGGEST, VIEW
from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.governance.improvements import cycles, deeds, files, suggesting, views

path = partial(guarded_path, permissions=(VIEW, MANAGE, AUTHORISE))
suggest_path = partial(guarded_path, permissions=(SUGGEST,))
OWN = "improvements/mine"
CYCLE = "improvements/cycles"
ONE_CYCLE = f"{CYCLE}/<int:improvement_cycle>"
ONE = "improvements/<str:improvement>"

urlpatterns = [
    path("improvements", views.improvements, name="improvement-list"),
    path("improvements/ranking", views.ranking, name="improvement-ranking"),
    path("improvements/xlsx", files.as_xlsx, name="improvement-list-xlsx"),
    suggest_path("improvements/suggest", suggesting.suggest, name="improvement-suggest"),
    open_path(OWN, suggesting.own, name="suggestion-list"),
    open_path(f"{OWN}/<str:improvement>", suggesting.one, name="suggestion"),
    path(CYCLE, cycles.board, name="improvement-cycles"),
    path(f"{CYCLE}/new", cycles.new_cycle, name="improvement-cycle-new"),
    path(ONE_CYCLE, cycles.one, name="improvement-cycle"),
    path(f"{ONE_CYCLE}/change", cycles.change, name="improvement-cycle-change"),
    path(f"{ONE_CYCLE}/move", cycles.move, name="improvement-cycle-move"),
    # Whoever answers for one sees it without any right of the register.
    open_path(ONE, views.one, name="improvement"),
    path(f"{ONE}/change", views.change, name="improvement-change"),
    path(f"{ONE}/assess", deeds.assess, name="improvement-assess"),
    open_path(f"{ONE}/<slug:improvement_deed>", deeds.take_step, name="improvement-step"),
]
