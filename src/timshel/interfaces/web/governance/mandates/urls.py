"""The addresses of mandates and policies, below ``/governance``: the registers for those who may
see them, and each mandate for whoever holds or grants it as well."""

from __future__ import annotations

from functools import partial

from django.urls import path

from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.governance.mandates import pages, policies
from timshel.leadership.mandate.rules import MANAGE, VIEW
from timshel.support.documentation.rules import MANAGE as KEEP_ALL
from timshel.support.documentation.rules import VIEW as READ_ALL

MANDATE = "mandates/<str:mandate>"
guarded = partial(guarded_path, permissions=(VIEW, MANAGE))

urlpatterns = [
    guarded("mandates", pages.register, name="mandate-list"),
    guarded("mandates/xlsx", pages.as_xlsx, name="mandate-list-xlsx"),
    guarded("mandates/who", pages.who_may, name="mandate-who"),
    guarded("mandates/new", pages.new, name="mandate-new"),
    guarded_path(
        "policies", policies.register, name="policy-list", permissions=(READ_ALL, KEEP_ALL)
    ),
    path(MANDATE, pages.one, name="mandate"),
    path(f"{MANDATE}/change", pages.change, name="mandate-change"),
    path(f"{MANDATE}/put-in-force", pages.put_in_force, name="mandate-put-in-force"),
    path(f"{MANDATE}/end", pages.end, name="mandate-end"),
    path(f"{MANDATE}/withdraw", pages.withdraw, name="mandate-withdraw"),
]
