"""The addresses of the catalogue in the administration."""

from __future__ import annotations

from timshel.interfaces.web.administration import catalogue_pages as pages
from timshel.interfaces.web.administration import offerings_sight as sight
from timshel.interfaces.web.administration.catalogue import functions, tree
from timshel.interfaces.web.administration.catalogue_health import of_owner, overview
from timshel.interfaces.web.entrance import guarded_path as path
from timshel.service_portfolio.catalogue.access import MANAGE, PUBLISH

SEE = (MANAGE, PUBLISH)
ONE = "catalogue/offerings/<str:code>"

CATALOGUE_PATHS = [
    path("catalogue", tree, name="catalogue-tree", permissions=SEE),
    path("catalogue/functions", functions, name="catalogue-functions", permissions=SEE),
    path("catalogue/health", overview, name="catalogue-health", permissions=SEE),
    path(
        "catalogue/health/<int:person_id>",
        of_owner,
        name="catalogue-health-owner",
        permissions=SEE,
    ),
    path("catalogue/people", sight.people, name="catalogue-people", permissions=SEE),
    path(
        "catalogue/people/<int:person_id>",
        sight.person,
        name="catalogue-person",
        permissions=SEE,
    ),
    path(ONE, pages.show, name="catalogue-page", permissions=SEE),
    path(f"{ONE}/edit", pages.edit, name="catalogue-edit", permissions=(MANAGE,)),
    path(f"{ONE}/preview", pages.preview, name="catalogue-preview", permissions=SEE),
    path(f"{ONE}/versions/<int:number>", pages.version, name="catalogue-version", permissions=SEE),
    path(f"{ONE}/review", pages.review, name="catalogue-review", permissions=(MANAGE,)),
    path(f"{ONE}/return", pages.take_back, name="catalogue-return", permissions=(MANAGE,)),
    path(f"{ONE}/discard", pages.discard, name="catalogue-discard", permissions=(MANAGE,)),
    path(f"{ONE}/publish", pages.publish, name="catalogue-publish", permissions=(PUBLISH,)),
    path(f"{ONE}/retire", pages.retire, name="catalogue-retire", permissions=(PUBLISH,)),
    path(
        f"{ONE}/entitlements",
        sight.entitlements,
        name="catalogue-entitlements",
        permissions=SEE,
    ),
    path(f"{ONE}/entitlements/count", sight.count, name="catalogue-count", permissions=SEE),
]
