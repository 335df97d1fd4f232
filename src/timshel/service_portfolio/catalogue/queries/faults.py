"""What a page may speak of, looked up for exactly what it speaks of."""

from __future__ import annotations

from django.conf import settings

from timshel.operation.process.models import ProcessVersion
from timshel.operation.process.states import VersionState as ProcessState
from timshel.service_portfolio.catalogue.models import Entry, FormVersion
from timshel.service_portfolio.catalogue.rules.checking import Faults, Known, content_faults
from timshel.service_portfolio.catalogue.rules.content import PageContent
from timshel.service_portfolio.catalogue.states import VersionState
from timshel.service_portfolio.service.models import Offering


def page_faults(content: PageContent, *, code: str) -> Faults:
    """Return what is wrong with a page, by field; at most four queries.

    Args:
        content: the page.
        code: of its offering.
    """
    return content_faults(content, code=code, known=_known(content))


def _known(content: PageContent) -> Known:
    forms = FormVersion.objects.filter(code=content.form, state=VersionState.PUBLISHED)
    processes = ProcessVersion.objects.filter(code=content.process, state=ProcessState.PUBLISHED)
    parts = {part.offering for part in content.parts}
    named = parts | set(content.related)
    offerings = Offering.objects.filter(code__in=named)
    bundles = Entry.objects.filter(offering__code__in=parts, is_bundle=True)
    return Known(
        languages=[code for code, _name in settings.LANGUAGES],
        forms={content.form} if content.form and forms.exists() else (),
        processes={content.process} if content.process and processes.exists() else (),
        offerings=set(offerings.values_list("code", flat=True)) if named else (),
        bundles=set(bundles.values_list("offering__code", flat=True)) if parts else (),
    )
