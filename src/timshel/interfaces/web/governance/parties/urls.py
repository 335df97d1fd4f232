"""The addresses of interested parties and their needs, below ``/governance``."""

from __future__ import annotations

from functools import partial

from django.urls import URLPattern

from timshel.context.interested_parties.access import MANAGE, VIEW
from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.governance.parties import views

path = partial(guarded_path, permissions=(VIEW, MANAGE))
# What begins something stands beside the parties: any word can be the code of one.
PARTY = "context/parties/<str:party>"
NEED = "context/needs/<str:need>"

urlpatterns: list[URLPattern] = [
    path("context/parties", views.parties, name="party-list"),
    path("context/parties-xlsx", views.parties_xlsx, name="party-xlsx"),
    path("context/new-party", views.new_party, name="party-new"),
    path("context/needs", views.needs, name="need-list"),
    path(PARTY, views.one, name="party"),
    path(f"{PARTY}/change", views.change, name="party-change"),
    path(f"{PARTY}/review", views.review, name="party-review"),
    path(f"{PARTY}/new-need", views.new_need, name="need-new"),
    path(f"{NEED}/change", views.change_need, name="need-change"),
    path(f"{NEED}/remove", views.remove_need, name="need-remove"),
]
