"""The addresses of governance."""

from __future__ import annotations

from functools import partial

from django.urls import path as open_path

from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.governance import cards, cases, charter, finder, overview, subscriptions
from timshel.interfaces.web.governance import responsibilities as duties
from timshel.interfaces.web.governance import responsibilities_editing as duty_editing
from timshel.interfaces.web.governance import responsibilities_files as duty_files
from timshel.interfaces.web.governance.actions import urls as actions
from timshel.interfaces.web.governance.audits import urls as audits
from timshel.interfaces.web.governance.calendar import urls as calendar
from timshel.interfaces.web.governance.communications import urls as communications
from timshel.interfaces.web.governance.competences import urls as competences
from timshel.interfaces.web.governance.conformity import urls as conformity
from timshel.interfaces.web.governance.documents import urls as documents
from timshel.interfaces.web.governance.home import urls as home
from timshel.interfaces.web.governance.improvements import urls as improvements
from timshel.interfaces.web.governance.indicators import urls as indicators
from timshel.interfaces.web.governance.issues import urls as issues
from timshel.interfaces.web.governance.mandates import urls as mandates
from timshel.interfaces.web.governance.meetings import urls as meetings
from timshel.interfaces.web.governance.nonconformities import urls as nonconformities
from timshel.interfaces.web.governance.objectives import urls as objectives
from timshel.interfaces.web.governance.parties import urls as parties
from timshel.interfaces.web.governance.plan import urls as plan
from timshel.interfaces.web.governance.processes import urls as processes
from timshel.interfaces.web.governance.resources import urls as resources
from timshel.interfaces.web.governance.reviews import urls as reviews
from timshel.interfaces.web.governance.risks import urls as risks
from timshel.interfaces.web.governance.scope import urls as scope
from timshel.leadership.policy.access import MANAGE as MANAGE_POLICY
from timshel.leadership.responsibility.access import VIEW as VIEW_RESPONSIBILITIES
from timshel.relationship_agreement.service_level.access import VIEW

# For those who may see agreements and how they are kept.
path = partial(guarded_path, permissions=(VIEW,))
duty_path = partial(guarded_path, permissions=VIEW_RESPONSIBILITIES)
charter_path = partial(guarded_path, permissions=(MANAGE_POLICY,))
PROMISE = "charter/promises/<str:code>"
MATRIX = "responsibilities/matrices/<str:kind>/<str:code>"
ROLE = "responsibilities/roles/<str:code>"
CARD = "report-cards/<str:kind>/<str:code>"

urlpatterns = [
    path("", overview.overview, name="governance"),
    path("finder", finder.found, name="finder"),
    path("measures", overview.measures, name="measures"),
    path("cases", cases.cases, name="governance-cases"),
    path(CARD, cards.card, name="report-card"),
    path(f"{CARD}/pdf", cards.as_pdf, name="report-card-pdf"),
    path(f"{CARD}/xlsx", cards.as_xlsx, name="report-card-xlsx"),
    path(f"{CARD}/subscribe", subscriptions.subscribe, name="report-card-subscribe"),
    # Whoever is sent a report stops it, also one they may no longer open.
    open_path("subscriptions/<int:pk>/end", subscriptions.end, name="subscription-end"),
    path(
        "promises/<str:number>/<str:clock>/<int:lap>/remediation",
        cards.remediate,
        name="promise-remediation",
    ),
    charter_path("charter", charter.charter_list, name="charter-list"),
    charter_path("charter/new", charter.new_promise, name="charter-new"),
    charter_path("charter/preview", charter.preview, name="charter-preview"),
    charter_path("charter/preview/pdf", charter.preview_file, name="charter-preview-pdf"),
    charter_path(PROMISE, charter.promise, name="charter-promise"),
    charter_path(f"{PROMISE}/change", charter.change_promise, name="charter-change"),
    charter_path(f"{PROMISE}/publish", charter.publish, name="charter-publish"),
    charter_path(f"{PROMISE}/retire", charter.retire, name="charter-retire"),
    charter_path(f"{PROMISE}/discard", charter.discard, name="charter-discard"),
    duty_path("responsibilities", duties.matrices, name="responsibilities"),
    duty_path("responsibilities/new", duty_editing.new_matrix, name="responsibility-new"),
    duty_path("responsibilities/xlsx", duty_files.all_xlsx, name="responsibilities-xlsx"),
    duty_path(MATRIX, duties.matrix, name="responsibility-matrix"),
    duty_path(f"{MATRIX}/change", duty_editing.change_matrix, name="responsibility-change"),
    duty_path(f"{MATRIX}/remove", duty_editing.remove_matrix, name="responsibility-remove"),
    duty_path(f"{MATRIX}/pdf", duty_files.matrix_pdf, name="responsibility-pdf"),
    duty_path(f"{MATRIX}/xlsx", duty_files.matrix_xlsx, name="responsibility-xlsx"),
    duty_path("responsibilities/roles", duties.roles, name="responsibility-roles"),
    duty_path("responsibilities/roles/new", duty_editing.new_role, name="responsibility-role-new"),
    duty_path(ROLE, duty_editing.role, name="responsibility-role"),
    duty_path(f"{ROLE}/change", duty_editing.change_role, name="responsibility-role-change"),
    duty_path(
        f"{ROLE}/assignments/<int:pk>/end",
        duty_editing.end_assignment,
        name="responsibility-assignment-end",
    ),
    # Everybody reads what they answer for themselves.
    open_path("responsibilities/mine", duties.mine, name="responsibility-mine"),
    open_path("responsibilities/people/<str:code>", duties.person, name="responsibility-person"),
    *home.urlpatterns,
    *calendar.urlpatterns,
    *actions.urlpatterns,
    *risks.urlpatterns,
    *objectives.urlpatterns,
    *documents.urlpatterns,
    *meetings.urlpatterns,
    *audits.urlpatterns,
    *nonconformities.urlpatterns,
    *improvements.urlpatterns,
    *issues.urlpatterns,
    *parties.urlpatterns,
    *scope.urlpatterns,
    *conformity.urlpatterns,
    *reviews.urlpatterns,
    *indicators.urlpatterns,
    *competences.urlpatterns,
    *mandates.urlpatterns,
    *processes.urlpatterns,
    *resources.urlpatterns,
    *communications.urlpatterns,
    *plan.urlpatterns,
]
