"""The recipes of docs/monitoring.md, with the messages that those programs really send."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.alerts import made_source, rule, settled, with_rules
from tests.cast import Cast, later
from tests.incidents import row as work
from timshel.resolution_fulfilment.alert.models import Alert
from timshel.resolution_fulfilment.alert.rules.mapping import BEGINNINGS, filled

pytestmark = pytest.mark.django_db
PAGE = Path("docs/monitoring.md")

# What Icinga 2 puts into the environment of the command, by the names that the recipe gives.
ICINGA = {
    "host": "srv1.timshel.example",
    "service": "disk /",
    "state": "CRITICAL",
    "output": 'DISK CRITICAL - free space: / 120 MB (1% inode=93%): "urgent"',
    "hostgroup": "linux-servers;berlin",
    "url": "",
}
# What Zabbix 6.4 hands to the script of the media type, macros filled in; all values are texts.
ZABBIX = {
    "event_id": "40161",
    "event_value": "1",
    "severity": "High",
    "host": "db-7",
    "trigger": "Replication stands still",
    "trigger_id": "18112",
    "opdata": "Lag: 312 s",
    "host_group": "Databases",
    "url": "",
}


def _send(token: str, code: str, said: Any) -> Any:
    answer = Client().post(
        f"/api/v1/alerts/{code}",
        data=json.dumps(said),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 202, answer.content
    return answer.json()


def test_icinga_fires_and_recovers(cast: Cast) -> None:
    token = made_source(cast, "icinga", kind="icinga", name="Icinga")
    with_rules(rule("Linux", "hostgroup *= linux"), code="icinga")
    assert _send(token, "icinga", ICINGA)["fired"] == 1
    assert _send(token, "icinga", {**ICINGA, "state": "WARNING"})["repeated"] == 1
    row = Alert.objects.get()
    assert row.title == "srv1.timshel.example disk /: CRITICAL"
    assert (row.fingerprint, row.severity) == ("srv1.timshel.example/disk /", 1)
    assert row.service_id == cast.services["mail"]
    assert _send(token, "icinga", {**ICINGA, "service": "load"})["fired"] == 1
    settled(later(days=20_000))
    assert Alert.objects.values("group").distinct().count() == 1
    number = row.group and Alert.objects.get(pk=row.pk).group.incident  # type: ignore[union-attr]
    assert number is not None
    assert work(number.work_item.number).title == row.title
    assert _send(token, "icinga", {**ICINGA, "state": "OK"})["resolved"] == 1
    host = {**ICINGA, "service": "", "state": "DOWN", "output": "CRITICAL - Host Unreachable"}
    assert _send(token, "icinga", host)["fired"] == 1
    assert _send(token, "icinga", {**host, "state": "UP"})["resolved"] == 1


def test_zabbix_fires_and_recovers(cast: Cast) -> None:
    token = made_source(cast, "zabbix", kind="zabbix", name="Zabbix")
    assert _send(token, "zabbix", ZABBIX)["fired"] == 1
    row = Alert.objects.get()
    assert (row.title, row.text, row.severity) == (
        "db-7: Replication stands still",
        "Lag: 312 s",
        1,
    )
    assert row.labels == {
        "host": "db-7",
        "trigger": "Replication stands still",
        "hostgroup": "Databases",
    }
    assert _send(token, "zabbix", {**ZABBIX, "event_value": "0"})["resolved"] == 1


def test_anything_else_sends_the_example_of_the_page(cast: Cast) -> None:
    token = made_source(cast, "other", kind="generic", name="Other")
    (example,) = [each for each in _blocks("json") if "replication" in each]
    said = json.loads(example)
    assert _send(token, "other", said)["fired"] == 1
    row = Alert.objects.get()
    assert (row.title, row.labels) == ("Replication stands still", {"env": "production"})
    assert row.address == "https://example.org/db-7"
    assert _send(token, "other", {**said, "state": "Resolved"})["resolved"] == 1


def test_the_page_names_what_the_mappings_read() -> None:
    page = PAGE.read_text(encoding="utf-8")
    zabbix = re.findall(r"^\| `(\w+)` \| `\{", page, re.MULTILINE)
    assert set(zabbix) == set(ZABBIX)
    for kind, said in (("icinga", ICINGA), ("zabbix", ZABBIX)):
        begun = BEGINNINGS[kind]
        for pattern in (*begun.patterns.values(), *begun.labels.values()):
            for path in re.findall(r"\{(\w+)\}", pattern):
                assert path in said, (kind, path)
    assert filled("{host}/{service}", ICINGA, ICINGA) == "srv1.timshel.example/disk /"


def test_the_script_for_icinga_is_sound() -> None:
    (script,) = _blocks("sh")
    subprocess.run(["/bin/sh", "-n"], input=script.encode(), check=True)
    for name in ICINGA:
        assert f"--arg {name} " in script


def _blocks(language: str) -> list[str]:
    page = PAGE.read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)
