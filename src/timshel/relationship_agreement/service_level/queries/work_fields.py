"""What views can ask of work beyond clause 8.1: its service, its supplier, its promises."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Unit
from timshel.kernel.filters import Asker, Field, FieldKind
from timshel.kernel.journal.models import Entry
from timshel.operation.view.fields import LIFE, PLACE, TIME, coded, of_codes
from timshel.operation.work.actions import SUBJECT
from timshel.relationship_agreement.service_level.models import Clock
from timshel.relationship_agreement.service_level.queries.clocks import late
from timshel.service_portfolio.parties.models import Supplier
from timshel.service_portfolio.service.models import Service, ServiceArea


def is_late(at: datetime) -> Exists:
    """Return whether any clock is late, as the rows are marked."""
    return Exists(Clock.objects.filter(late(at), work_item=OuterRef("pk")))


def waited_for(code: str) -> Q:
    """Return whether a supplier was waited for at any time, as the journal has it."""
    key = Supplier.objects.filter(code=code).values_list("pk", flat=True).first()
    waits = Entry.objects.filter(
        subject_kind=SUBJECT, subject_id=OuterRef("pk"), changes__supplier__1__id=key or 0
    )
    return Q(Exists(waits))


def _ever_waited(values: tuple[str, ...], _asker: Asker) -> Q:
    found = waited_for(values[0])
    for value in values[1:]:
        found |= waited_for(value)
    return found


def work_fields() -> tuple[Field, ...]:
    """Return the fields that services, suppliers and promises add to views of work."""
    services, suppliers, units = (
        Service.objects.all(),
        Supplier.objects.all(),
        Unit.objects.all(),
    )
    areas = ServiceArea.objects.all()
    return (
        Field(
            "service",
            _("Service"),
            FieldKind.CHOICE,
            holds=of_codes("service_id", services),
            empty=Q(service_id__isnull=True),
            group=PLACE,
            **coded(services),
        ),
        Field(
            "area",
            _("Area of services"),
            FieldKind.CHOICE,
            holds=lambda values, _asker: Q(
                service_id__in=services.filter(area__code__in=values).values("pk")
            ),
            group=PLACE,
            **coded(areas),
        ),
        Field(
            "supplier",
            _("Supplier that is waited for"),
            FieldKind.CHOICE,
            holds=of_codes("supplier_id", suppliers),
            empty=Q(supplier_id__isnull=True),
            group=PLACE,
            **coded(suppliers, is_active=True),
        ),
        Field(
            "ever_waited",
            _("Supplier that was waited for at any time"),
            FieldKind.CHOICE,
            holds=_ever_waited,
            group=LIFE,
            **coded(suppliers),
        ),
        Field(
            "unit_itself",
            _("Unit, without those below it"),
            FieldKind.CHOICE,
            holds=of_codes("unit_id", units),
            empty=Q(unit_id__isnull=True),
            group=PLACE,
            **coded(units, is_active=True),
        ),
        Field(
            "overdue",
            _("Late: a promised time was exceeded"),
            FieldKind.FLAG,
            holds=lambda _values, asker: Q(is_late(asker.at)),
            not_label=_("Not late"),
            group=TIME,
        ),
    )
