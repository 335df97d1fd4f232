"""The addresses of the service management plan, below ``/governance``: the plan for those who may
read it, and each part for whoever keeps it as well."""

from __future__ import annotations

from functools import partial

from django.urls import URLPattern
from django.urls import path as open_path

from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.governance.plan import deeds, files, pages
from timshel.planning.plan.access import DECIDE, MANAGE, VIEW

path = partial(guarded_path, permissions=(VIEW, MANAGE, DECIDE))
PART = "plan/parts/<str:plan_part>"
VERSION = "plan/versions/<int:plan_version>"

urlpatterns: list[URLPattern] = [
    path("plan", pages.plan, name="plan"),
    path("plan/pdf", files.as_pdf, name="plan-pdf"),
    path("plan/begin", deeds.begin, name="plan-begin"),
    path("plan/propose", deeds.propose, name="plan-propose"),
    path("plan/withdraw", deeds.withdraw, name="plan-withdraw"),
    path("plan/approve", deeds.approve, name="plan-approve"),
    path("plan/differences", pages.differences, name="plan-differences"),
    path(VERSION, pages.version, name="plan-version"),
    path(f"{VERSION}/pdf", files.version_pdf, name="plan-version-pdf"),
    open_path(PART, pages.part, name="plan-part"),
    open_path(f"{PART}/change", deeds.change_part, name="plan-part-change"),
    open_path(f"{PART}/review", deeds.review_part, name="plan-part-review"),
]
