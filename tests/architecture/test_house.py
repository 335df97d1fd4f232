"""The anatomy of apps, the shape of actions, and what nothing below a door may do."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps as django_apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from tests.architecture.house import (
    CONTRACTS,
    PACKAGE,
    Module,
    apps,
    below_the_doors,
    module_named,
    modules,
)

NEEDED = ("access", "actions", "models", "queries")
NO_DRAWERS = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "signals"})
LONGEST = 500

# What is read of work is read by the processes, each in its own words.
WITHOUT = {"work": {"queries"}}
# An action takes the actor, but for those that find out who acts, those that act for nobody, and
# what only follows from a change that somebody made.
WITHOUT_ACTOR = {
    "approval.actions.decide_by_link",
    "approval.actions.issue_link",
    "approval.actions.open_link",
    "authority.actions.note_token_use",
    "authority.actions.sign_in",
    "bulk.actions.do_items",
    "guest.actions.report_by_link",  # whoever has the link says who they are
    "service_level.actions.refresh_clocks",
    "service_level.actions.refresh_many",
    "service_level.actions.start_clocks",
    "communication.actions.forget_token",
    "communication.actions.note_success",
    "communication.actions.note_token",
    "communication.actions.note_trouble",
    "communication.actions.note_reference",
    "communication.actions.note_report",
    "communication.actions.queue_message",
    "communication.actions.receive_beginning",
    "communication.actions.receive_message",
    "communication.actions.send_message",
    "notification.actions.notify",
    "notification.actions.push_to",
    "notification.actions.settle_record",
    "status.actions.confirm_by_mail",  # whoever has the link has the mail
    "status.actions.end_by_mail",
    "status.actions.refresh_status",
    "webhook.actions.send_event",
    "webhook.actions.spread_event",
    "work.actions.stage_values",
}
# One thing is acted on; two where something is added to it in the same breath.
TWO_THINGS = {
    "work.actions.attach",
    "work.actions.comment",
    "work.actions.stage_values",
}
# What calls others: the outside, mail servers, and ourselves.
CALLERS = {
    "kernel.outside",
    "interfaces.cli.check",
    "interfaces.cli.up",
    "interfaces.mail.imap",
    "interfaces.mail.transports",
}
CALLING = re.compile(
    r"(http\.client|urllib\.request|urllib3|requests|httpx|aiohttp|ftplib|smtplib|imaplib|imap_tools"
    r"|socket)(\.|$)"
)
SWEEP = re.compile(r"(^|_)due(_|$)|^forget_")
WEB = re.compile(r"django\.(http|shortcuts|urls|views|template|middleware|test)(\.|$)")
CLOCKS = frozenset({"now", "utcnow", "today", "Now", "time_ns"})
CONVERTERS = frozenset({"localtime", "localdate"})  # of a given moment, or of the clock's


def _id(value: Module | Path) -> str:
    return value.name


@pytest.mark.parametrize("app", apps(), ids=_id)
def test_an_app_has_its_anatomy(app: Path) -> None:
    missing = {name for name in NEEDED if not module_named(app, name)}
    assert missing == WITHOUT.get(app.name, set())


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    assert [module.name for module in modules() if module.path.stem in NO_DRAWERS] == []
    assert [m.name for m in below_the_doors() if m.path.name == "services.py"] == []


@pytest.mark.parametrize("module", modules(), ids=_id)
def test_a_module_says_why_it_exists(module: Module) -> None:
    assert ast.get_docstring(module.tree), "begins without a docstring"


@pytest.mark.parametrize("module", modules(), ids=_id)
def test_a_module_can_be_read_in_one_go(module: Module) -> None:
    assert len(module.text.splitlines()) < LONGEST


WORDS = frozenset({"_", "gettext", "ngettext", "pgettext", "npgettext", "gettext_lazy"})


@pytest.mark.parametrize("module", modules(), ids=_id)
def test_no_words_stand_inside_a_formatted_string(module: Module) -> None:
    """What gathers messages does not look there, so that nobody would translate them."""
    found = [
        node.lineno
        for string in ast.walk(module.tree)
        if isinstance(string, ast.JoinedStr)
        for node in ast.walk(string)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in WORDS
        and any(isinstance(each, ast.Constant) for each in node.args)
    ]
    assert found == []


def _actions(app: Path) -> list[tuple[str, ast.FunctionDef]]:
    """Return what an app lets others do: of a package, what it exports; else what tells when."""
    files = module_named(app, "actions")
    exported = {
        ast.literal_eval(element)
        for file in files
        if file.path.name == "__init__.py"
        for node in file.tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        for element in getattr(node.value, "elts", ())
    }
    return [
        (f"{app.name}.actions.{node.name}", node)
        for file in files
        for node in file.tree.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and (node.name in exported if exported else {"actor", "at"} & _parameters(node))
    ]


def _parameters(function: ast.FunctionDef) -> set[str]:
    taken = function.args
    return {each.arg for each in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)}


ACTIONS = [each for app in apps() for each in _actions(app)]


@pytest.mark.parametrize(("name", "function"), ACTIONS, ids=[name for name, _ in ACTIONS])
def test_an_action_takes_one_thing_and_names_the_rest(name: str, function: ast.FunctionDef) -> None:
    by_name = {argument.arg for argument in function.args.kwonlyargs}
    positional = [*function.args.posonlyargs, *function.args.args]
    assert len(positional) <= (2 if name in TWO_THINGS else 1)
    assert "at" in by_name, "the moment is an argument"
    if name not in WITHOUT_ACTOR and not SWEEP.search(function.name):
        assert "actor" in by_name, "the actor is an argument"


def test_there_are_actions_and_every_exception_is_one() -> None:
    assert len(ACTIONS) > 20
    assert {name for name, _ in ACTIONS} >= (WITHOUT_ACTOR | TWO_THINGS)


@pytest.mark.parametrize("module", below_the_doors(), ids=_id)
def test_nothing_below_a_door_reads_a_request_or_a_clock(module: Module) -> None:
    assert [name for name in module.imports if WEB.match(name)] == []
    read = [
        f"line {node.lineno}: {ast.unparse(node.func)}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and _reads_a_clock(node)
    ]
    assert read == []


def _reads_a_clock(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    if name.rpartition(".")[2] in CONVERTERS:
        return not call.args
    return name.rpartition(".")[2] in CLOCKS or name == "time.time"


@pytest.mark.parametrize("module", modules(), ids=_id)
def test_no_hidden_wires(module: Module) -> None:
    """Model signals and generic keys tie things together where no reader sees it."""
    wires = ("django.dispatch", "django.db.models.signals", "django.contrib.contenttypes")
    assert [name for name in module.imports if name.startswith(wires)] == []


def test_others_are_called_in_few_places() -> None:
    """What is called is checked in one place, so that nobody is led into the own network."""
    found = {each.name for each in modules() if any(map(CALLING.match, each.imports))}
    assert found == CALLERS


def test_contracts_ignore_nothing() -> None:
    settings = [
        line for line in CONTRACTS.read_text(encoding="utf-8").splitlines() if "ignore_" in line
    ]
    assert settings == []


def _ours(loader: MigrationLoader) -> list[str]:
    return [
        config.label
        for config in django_apps.get_app_configs()
        if config.name.startswith("timshel.") and config.label in loader.migrated_apps
    ]


def test_migrations_are_one_line_of_named_steps() -> None:
    loader = MigrationLoader(None)
    for label in _ours(loader):
        assert len(loader.graph.leaf_nodes(label)) == 1
        names = sorted(name for app, name in loader.graph.nodes if app == label)
        numbers = [name.split("_", 1)[0] for name in names]
        assert numbers == [f"{each:04d}" for each in range(1, len(names) + 1)]
        assert [name for name in names if re.search(r"_(auto|merge)_", name)] == []


def test_migrations_make_the_tables_that_the_models_describe() -> None:
    loader = MigrationLoader(None)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(django_apps))
    assert {
        label: [str(operation) for step in steps for operation in step.operations]
        for label, steps in detector.changes(graph=loader.graph).items()
        if label in _ours(loader)
    } == {}


def test_every_migration_can_be_taken_back() -> None:
    loader = MigrationLoader(None)
    stuck = [
        f"{label}.{migration.name}"
        for (label, _), migration in loader.disk_migrations.items()
        if label in _ours(loader)
        if not all(operation.reversible for operation in migration.operations)
    ]
    assert stuck == []


def test_folders_are_packages() -> None:
    """A folder with modules but without ``__init__`` is skipped in silence by several tools."""
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert [str(each) for each in folders if not (each / "__init__.py").exists()] == []
