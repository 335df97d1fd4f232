"""When certificates expire, and until when people are through their paths."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from timshel.kernel.due import Asked, Dated, Due, Numbered, due_among
from timshel.support.competence.models import Certificate, Enrolment
from timshel.support.competence.rules import CERTIFICATE_PREFIX, ENROLMENT_PREFIX
from timshel.support.competence.states import CertificateState, EnrolmentState

readable_certificates = Numbered(Certificate.objects.visible_to, CERTIFICATE_PREFIX)
readable_enrolments = Numbered(Enrolment.objects.visible_to, ENROLMENT_PREFIX)


def due_certificates(asked: Asked, /) -> Iterator[Due]:
    """Return the checked certificates of people who are here, by their last day; one query.

    What a later certificate for the same skill replaces is left out.
    """
    later = Certificate.objects.filter(
        Q(expires_on__isnull=True) | Q(expires_on__gt=OuterRef("expires_on")),
        person=OuterRef("person"),
        skill=OuterRef("skill"),
        state=CertificateState.CHECKED,
    )
    rows = Certificate.objects.visible_to(asked.actor).filter(
        ~Exists(later), state=CertificateState.CHECKED, person__is_active=True
    )
    return due_among(
        rows, Dated("certificate", "expires_on", _("Certificate expires"), "person"), asked
    )


def due_enrolments(asked: Asked, /) -> Iterator[Due]:
    """Return the running paths of people who are here, by their last day; one query."""
    rows = Enrolment.objects.visible_to(asked.actor).filter(
        state=EnrolmentState.RUNNING, person__is_active=True
    )
    return due_among(
        rows.select_related("path"),
        Dated("learning", "due_date", _("Learning path"), "person"),
        asked,
    )
