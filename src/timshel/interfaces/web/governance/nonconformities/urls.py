"""The addresses of nonconformities and of auditors' recommendations, below ``/governance``."""

from __future__ import annotations

from functools import partial

from django.urls import URLPattern
from django.urls import path as open_path

from timshel.improvement.nonconformity.access import SEE
from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.governance.nonconformities import recommendations as advice
from timshel.interfaces.web.governance.nonconformities import record, register

# The registers are for those who see them; a record is also for its owner and whoever raised it.
path = partial(guarded_path, permissions=SEE)
ONE = "nonconformities/<str:nonconformity>"
ADVICE = "recommendations/<str:recommendation>"

urlpatterns: list[URLPattern] = [
    path("nonconformities", register.register, name="nonconformity-list"),
    path("nonconformities/new", record.new, name="nonconformity-new"),
    path("nonconformities/xlsx", register.as_xlsx, name="nonconformity-xlsx"),
    open_path(ONE, record.one, name="nonconformity"),
    open_path(f"{ONE}/change", record.change, name="nonconformity-change"),
    open_path(f"{ONE}/correct", record.correct, name="nonconformity-correct"),
    open_path(f"{ONE}/analyse", record.analyse, name="nonconformity-analyse"),
    open_path(f"{ONE}/plan", record.plan, name="nonconformity-plan"),
    open_path(f"{ONE}/implement", record.implement, name="nonconformity-implement"),
    open_path(f"{ONE}/measure", record.measure, name="nonconformity-measure"),
    open_path(f"{ONE}/judge", record.judge, name="nonconformity-judge"),
    open_path(f"{ONE}/close", record.close, name="nonconformity-close"),
    open_path(f"{ONE}/reject", record.reject, name="nonconformity-reject"),
    path("recommendations", advice.register, name="recommendation-list"),
    path("recommendations/new", advice.new, name="recommendation-new"),
    open_path(ADVICE, advice.one, name="recommendation"),
    open_path(f"{ADVICE}/change", advice.change, name="recommendation-change"),
    open_path(f"{ADVICE}/respond", advice.respond, name="recommendation-respond"),
    open_path(f"{ADVICE}/implement", advice.implement, name="recommendation-implement"),
    open_path(f"{ADVICE}/close", advice.close, name="recommendation-close"),
    open_path(f"{ADVICE}/reopen", advice.reopen, name="recommendation-reopen"),
]
