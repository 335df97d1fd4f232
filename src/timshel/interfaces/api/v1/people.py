"""People: who is asking, finding somebody, and what is known of them."""

from __future__ import annotations

from typing import Annotated

from ninja import Path, Query, Router
from pydantic import AwareDatetime, Field

from timshel.context.people import queries
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Given, KeyInAddress, NeededLine, Sent, refuse_unknown

router = Router(tags=["People"])


class PeopleQuery(Given):
    """Which people are looked for."""

    text: NeededLine = Field(
        description="Words that must all be found in the name, mail, phone or code.",
        examples=["noor"],
    )
    limit: int = Field(20, ge=1, le=100, description="How many at most.")


class PersonFound(Sent):
    """A person in a list."""

    id: int = Field(description="The person's key, by which other addresses name them.")
    code: str = Field(description="What imports and files refer to the person by.")
    name: str
    email: str
    phone: str
    home: str = Field(description="The name of the unit, or of the customer, they belong to.")
    traits: tuple[str, ...] = Field(
        description="What a helper should know: `vip`, `executive_office`, `accessibility`."
    )


class PeopleFound(Sent):
    """People that were found, the best match first."""

    items: tuple[PersonFound, ...]


class Person(Sent):
    """What may be seen of a person."""

    id: int = Field(description="The person's key.")
    code: str = Field(description="What imports and files refer to the person by.")
    name: str
    email: str
    phone: str
    unit: str = Field(description="The name of the unit, or empty.")
    customer: str = Field(description="The name of the customer whose contact this is, or empty.")
    site: str = Field(description="The name of the place, or empty.")
    job_title: str
    manager: str = Field(description="The manager's name, or empty.")
    traits: tuple[str, ...] = Field(description="As in lists of people.")
    language: str = Field(description="The language of messages to this person.")
    time_zone: str = Field(description="The IANA name of the zone in which they read times.")
    is_active: bool = Field(description="Whether the person is still with the organisation.")


class Me(Sent):
    """The person behind the token, and what the token may do."""

    person: Person | None = Field(description="The person.")
    permissions: tuple[str, ...] = Field(description="What the token may do, somewhere at least.")
    asked_at: AwareDatetime = Field(description="The moment of the request, by the server's clock.")


@router.get(
    "/me",
    response=Me,
    operation_id="read_me",
    summary="Read who is asking",
    openapi_extra=answers(404),
)
def read_me(request: ApiRequest) -> Me:
    """Return the person behind the token and the token's permissions."""
    actor = request.auth
    card = None if actor.person_id is None else queries.person_card(actor.person_id, actor=actor)
    return Me(
        person=None if card is None else _person(card),
        permissions=tuple(sorted(name for name, scope in actor.scopes.items() if scope)),
        asked_at=request.at,
    )


@router.get(
    "",
    response=PeopleFound,
    operation_id="find_people",
    summary="Find people",
    openapi_extra=answers(422),
)
def find_people(request: ApiRequest, asked: Query[PeopleQuery]) -> PeopleFound:
    """Return the active people whom all words of a text meet; needs `people.view`."""
    refuse_unknown(request, PeopleQuery.model_fields)
    found = queries.people_matching(asked.text, actor=request.auth, limit=asked.limit)
    return PeopleFound(items=tuple(_found(row) for row in found))


@router.get(
    "/{person_id}",
    response=Person,
    operation_id="read_person",
    summary="Read a person",
    openapi_extra=answers(404),
)
def read_person(
    request: ApiRequest,
    person_id: Annotated[KeyInAddress, Path(description="The person's key.", examples=[12])],
) -> Person:
    """Return what the token may see of a person; everybody may see themselves."""
    return _person(queries.person_card(person_id, actor=request.auth))


def _found(row: queries.PersonRow) -> PersonFound:
    return PersonFound(
        id=row.id,
        code=row.code,
        name=row.name,
        email=row.email,
        phone=row.phone,
        home=row.unit,
        traits=row.traits,
    )


def _person(card: queries.PersonCard) -> Person:
    return Person(
        id=card.id,
        code=card.code,
        name=card.name,
        email=card.email,
        phone=card.phone,
        unit=card.unit,
        customer=card.customer,
        site=card.site,
        job_title=card.job_title,
        manager=card.manager,
        traits=card.traits,
        language=card.language,
        time_zone=card.time_zone,
        is_active=card.is_active,
    )
