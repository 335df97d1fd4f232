"""The addresses of alerts and of planned work."""

from __future__ import annotations

from functools import partial

from timshel.design_transition.maintenance.access import PLAN
from timshel.interfaces.web.desk.monitoring import alerts, maintenance
from timshel.interfaces.web.desk.record_page import EXTRAS, Extra
from timshel.interfaces.web.entrance import guarded_path
from timshel.operation.work.rules import VIEW

path = partial(guarded_path, permissions=(VIEW,))
planned = partial(guarded_path, permissions=(VIEW, PLAN))
PANEL = Extra("desk/monitoring/side_alerts.html", alerts.beside_record)

if PANEL not in EXTRAS:
    EXTRAS.insert(0, PANEL)

urlpatterns = [
    path("alerts", alerts.alerts, name="alert-list"),
    path("alerts/<int:alert_id>", alerts.alert, name="alert"),
    planned("planned-work", maintenance.planned_work, name="planned-work-list"),
    planned("planned-work/new", maintenance.plan, name="planned-work-new"),
    planned("planned-work/<int:planned_work_id>", maintenance.one, name="planned-work"),
    planned(
        "planned-work/<int:planned_work_id>/change", maintenance.change, name="planned-work-change"
    ),
    planned(
        "planned-work/<int:planned_work_id>/cancel", maintenance.cancel, name="planned-work-cancel"
    ),
    planned(
        "planned-work/<int:planned_work_id>/finish", maintenance.finish, name="planned-work-finish"
    ),
]
