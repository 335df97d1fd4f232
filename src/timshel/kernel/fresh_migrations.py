"""Migrating an empty database quickly: Django draws only the models that an operation makes.

While migrating, Django keeps classes of all models as they are at that moment, and draws anew all
that are related to a changed one, which here are most of them: two thirds of the first start were
spent so. A new model, index or constraint needs none of that: nothing refers to it yet.

The relations of the models around it are then incomplete until they are drawn anew, which happens
before each function of a migration (``RunPython``), as Django does itself where it waits. What
changes keys that other tables refer to could miss some; so this is for empty databases, whose
tables a test compares with those that Django makes alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.migrations.state import ModelState, ProjectState

ADD_MODEL, APPEND_OPTION = "add_model", "_append_option"


@contextmanager
def quick_states() -> Iterator[None]:
    """Migrate an empty database quickly within the block; not for use by several threads."""
    kept = {name: getattr(ProjectState, name) for name in (ADD_MODEL, APPEND_OPTION)}
    setattr(ProjectState, ADD_MODEL, _add_model)
    setattr(ProjectState, APPEND_OPTION, _append_option)
    try:
        yield
    finally:
        for name, original in kept.items():
            setattr(ProjectState, name, original)


def _add_model(state: ProjectState, model_state: ModelState) -> None:
    key = model_state.app_label, model_state.name_lower
    state.models[key] = model_state
    if vars(state)["_relations"] is not None:  # resolved already, and to be kept so
        state.resolve_model_relations(key)
    if _is_drawn(state):
        state.apps.render_multiple([model_state])


def _append_option(
    state: ProjectState, app_label: str, model_name: str, option_name: str, obj: object
) -> None:
    options = state.models[app_label, model_name].options
    options[option_name] = [*options[option_name], obj]
    if _is_drawn(state):
        # The list of the class is its own, as Django copies it when it draws one.
        meta = state.apps.get_model(app_label, model_name)._meta  # noqa: SLF001 - public by documentation
        getattr(meta, option_name).append(obj)


def _is_drawn(state: ProjectState) -> bool:
    """Tell whether there are classes to keep up to date; others than these are drawn later."""
    if "apps" not in vars(state):
        return False
    state.is_delayed = True
    return True
