"""The addresses of risks, below ``/governance``: the register for those who may see it, and each
risk for whoever owns it as well."""

from __future__ import annotations

from functools import partial

from django.urls import path

from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.governance.risks import deeds, record, register
from timshel.planning.risk.access import VIEW

RISK = "risks/<str:risk>"
guarded = partial(guarded_path, permissions=(VIEW,))

urlpatterns = [
    guarded("risks", register.risks, name="risk-list"),
    guarded("risks/xlsx", register.as_xlsx, name="risk-list-xlsx"),
    guarded("risks/map", register.heat, name="risk-map"),
    path("risks/criteria", register.how_judged, name="risk-criteria"),
    guarded("risks/new", record.new_risk, name="risk-new"),
    path(RISK, record.one, name="risk"),
    path(f"{RISK}/change", record.change, name="risk-change"),
    path(f"{RISK}/analyse", deeds.analyse, name="risk-analyse"),
    path(f"{RISK}/treat", deeds.treat, name="risk-treat"),
    path(f"{RISK}/accept", deeds.accept, name="risk-accept"),
    path(f"{RISK}/monitor", deeds.monitor, name="risk-monitor"),
    path(f"{RISK}/review", deeds.review, name="risk-review"),
    path(f"{RISK}/occur", deeds.occur, name="risk-occur"),
    path(f"{RISK}/close", deeds.close, name="risk-close"),
    path(f"{RISK}/reopen", deeds.reopen, name="risk-reopen"),
]
