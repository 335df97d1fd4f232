"""What of a piece of work views can ask for that incidents and requests have alone."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from timshel.kernel.filters import Asker, Field, FieldKind
from timshel.operation.view.fields import PLACE, STATE, among_numbers, coded, offered
from timshel.resolution_fulfilment.incident.models import Incident
from timshel.resolution_fulfilment.incident.states import PRIORITY_NAMES
from timshel.resolution_fulfilment.service_request.models import ServiceRequest
from timshel.service_portfolio.service.models import Offering


def _of_offerings(values: tuple[str, ...], _asker: Asker) -> Q:
    offerings = Offering.objects.filter(code__in=values).values("pk")
    own = {"work_item": OuterRef("pk"), "offering_id__in": offerings}
    return Q(Exists(Incident.objects.filter(**own))) | Q(
        Exists(ServiceRequest.objects.filter(**own))
    )


def work_fields() -> tuple[Field, ...]:
    """Return the fields that incidents and requests add to views of work."""
    return (
        Field(
            "priority",
            _("Priority"),
            FieldKind.CHOICE,
            holds=among_numbers("priority"),
            group=STATE,
            choices=offered(PRIORITY_NAMES),
        ),
        Field(
            "offering",
            _("Offering"),
            FieldKind.CHOICE,
            holds=_of_offerings,
            group=PLACE,
            **coded(Offering.objects.all(), is_active=True),
        ),
    )
