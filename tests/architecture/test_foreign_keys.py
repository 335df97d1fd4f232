"""Foreign keys given as text are invisible to import-linter; here each is walked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from tests.architecture.house import app_order, clauses

# What the doors' frameworks bring is above every clause: nothing of ours may point to it.
Relation = tuple[type[models.Model], str, type[models.Model]]


def _home(model: type[models.Model]) -> str:
    return apps.get_app_config(model._meta.app_label).name.removeprefix("timshel.")


def _relations() -> Iterator[Relation]:
    for model in apps.get_models(include_auto_created=True):
        if not apps.get_app_config(model._meta.app_label).name.startswith("timshel."):
            continue
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and field.related_model:
                yield model, field.name, field.related_model


@pytest.mark.parametrize(
    ("model", "field", "target"),
    [pytest.param(*each, id=f"{each[0].__name__}.{each[1]}") for each in _relations()],
)
def test_points_to_the_same_or_an_earlier_clause(
    model: type[models.Model], field: str, target: type[models.Model]
) -> None:
    source_home, target_home = _home(model), _home(target)
    order = clauses()
    assert source_home.split(".")[0] in order
    assert target_home.split(".")[0] in order, f"{target.__name__} is not a record of ours"
    assert order.index(source_home.split(".")[0]) >= order.index(target_home.split(".")[0])
    places = app_order()
    if source_home in places and target_home in places:
        assert places[source_home] >= places[target_home]


def test_every_app_has_a_place() -> None:
    ours = {
        config.name.removeprefix("timshel.")
        for config in apps.get_app_configs()
        if config.name.startswith("timshel.")
    }
    domain = {name for name in ours if name.split(".")[0] in clauses() if "kernel" not in name}
    assert domain
    assert domain <= app_order().keys()


def test_labels_are_the_last_word() -> None:
    for config in apps.get_app_configs():
        if config.name.startswith("timshel."):
            assert config.label == config.name.rpartition(".")[2]
