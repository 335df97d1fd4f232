"""How long searching takes over a million pieces of work: suggestions, results, and bare queries.

    python bench/search.py --data DIRECTORY [--items 1000000] [--people 100000] [--rounds 15]

The demonstration organisation is set up in a database of its own in DIRECTORY (kept, so that a
second run only measures), and grows by generated work whose words are as unevenly frequent as in
real texts: some stand in every tenth title, most in a few of a million. Conversations are generated
for a fifth of it. Then an agent who sees a desk's work, a lead, a process owner who sees everything
and a requester with a hundred cases search for rare, frequent, mistyped and unfinished words, for
names and for numbers. It prints median and 95th percentile in milliseconds for each reader: of what
the page's box suggests and of the page of results, through Django's handler, of the same search
without a page, and of the bare query that finds and prints as many newest rows for the same words;
and the ratio of the first to the last.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

READERS = ("agent", "lead", "process", "requester")
PER_BATCH = 50_000

# Frequent, rarer and rare words of the generated texts, names, typing errors, beginnings, numbers.
QUERIES = (
    "printer",
    "imprimante réseau",
    "password reset",
    "projector teams",
    '"laptop screen"',
    "vpn -laptop",
    "scanner OR projector",
    "word01234",
    "word01999 word00777",
    "pritner",
    "imprimente",
    "conference keybord",
    "INC1234567",
    "500000",
    "balun corson",
    "marnorson",
    "mail",
    "comptabilité",
)
TYPED = (
    "pri",
    "imprim",
    "passw",
    "laptop scr",
    "word012",
    "INC1234567",
    "famil",
    "pritne",
    "mailbo",
)

WORDS = (
    "printer laptop screen network password reset access account mail mailbox calendar teams"
    " meeting projector scanner keyboard mouse dock monitor vpn wifi slow error update install"
    " licence software windows crash login locked phone headset charger battery cable request"
    " change broken missing conference room heating light door badge key office chair desk water"
    " window imprimante réseau écran ordinateur portable clavier souris messagerie accès compte"
    " demande panne lenteur mise jour logiciel comptabilité facture téléphone chauffage fenêtre"
    " bureau chaise lumière porte salle réunion vidéoprojecteur connexion refusée impossible"
    " ouvrir fichier partagé dossier serveur sauvegarde erreur impression étage bâtiment"
)

MAKE_TEXTS = """
CREATE OR REPLACE FUNCTION pg_temp.texts(first bigint, amount int, words text[])
RETURNS TABLE (key bigint, title text, body text) LANGUAGE plpgsql AS $$
DECLARE
    pool text[] := words;
    size int := cardinality(words);
    line text;
BEGIN
    FOR place IN first .. first + amount - 1 LOOP
        key := place;
        line := '';
        FOR nth IN 1 .. 6 LOOP
            line := line || ' ' || pool[1 + floor(size * power(random(), 3))];
        END LOOP;
        title := ltrim(line);
        line := '';
        FOR nth IN 1 .. 24 LOOP
            line := line || ' ' || pool[1 + floor(size * power(random(), 3))];
        END LOOP;
        body := ltrim(line);
        RETURN NEXT;
    END LOOP;
END $$
"""

SYLLABLES = (
    "al ba cor den el fi gar har in jor ka lun mar nor ol pen qui ros sta tor ul ver wen yar zel"
    " bri cla dro fen gre hol ken lor mil nes par ren sol tam vin"
)

MAKE_PEOPLE = """
INSERT INTO people_person (code, name, email, phone, job_title, language, time_zone, traits,
                           is_active, unit_id)
SELECT 'bench.' || n,
       initcap(part[1 + n %% 40] || part[1 + n / 40 %% 40])
           || ' ' || initcap(part[1 + n / 7 %% 40] || part[1 + n / 1600 %% 40] || 'son'),
       'bench.' || n || '@bench.example', '+44 20 ' || lpad(n::text, 7, '0'), '', 'en', '', '{}',
       true, unit.id
FROM generate_series(1, %(amount)s) AS n
CROSS JOIN (SELECT string_to_array(%(syllables)s, ' ') AS part) AS pool
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS amount
      FROM organization_unit) AS unit ON unit.place = n %% unit.amount
"""

# Two of a hundred are open; the newest million lies within three years.
MAKE_WORK = """
INSERT INTO work_workitem (kind, number, title, description, stage, impact, urgency, priority,
    channel, requester_id, unit_id, team_id, service_id, version, reassignments, reopenings,
    opened_at, updated_at)
SELECT 'incident', 'INC' || lpad((1000000 + made.key)::text, 7, '0'), made.title, made.body,
       CASE WHEN made.key %% 50 = 0 THEN 'in_progress' ELSE 'closed' END, 2, 2, 3, 'portal',
       person.id, person.unit_id, team.id, service.id, 1, 0, 0, opened.at, opened.at
FROM pg_temp.texts(%(first)s, %(amount)s, %(words)s) AS made
JOIN LATERAL (SELECT now() - interval '3 years' * (1 - made.key / %(all)s::float) AS at) AS opened
    ON true
JOIN pg_temp.some_people AS person ON person.place = made.key %% (SELECT count(*) FROM some_people)
JOIN pg_temp.some_teams AS team ON team.place = made.key %% (SELECT count(*) FROM some_teams)
JOIN pg_temp.some_services AS service
    ON service.place = made.key %% (SELECT count(*) FROM some_services)
"""

MAKE_COMMENTS = """
INSERT INTO work_comment (work_item_id, audience, author_name, by_requester, text, channel, at)
SELECT item.id, CASE WHEN made.key %% 3 = 0 THEN 'internal' ELSE 'public' END, 'Bench', false,
       made.body, 'desk', item.opened_at
FROM pg_temp.texts(%(first)s, %(amount)s, %(words)s) AS made
JOIN work_workitem AS item ON item.number = 'INC' || lpad((1000000 + made.key * 5)::text, 7, '0')
"""

PLACES = """
CREATE TEMP TABLE some_people AS
    SELECT id, unit_id, row_number() OVER (ORDER BY id) - 1 AS place FROM people_person;
CREATE TEMP TABLE some_teams AS
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM organization_team;
CREATE TEMP TABLE some_services AS
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM service_service;
CREATE INDEX ON some_people (place);
ANALYZE some_people, some_teams, some_services;
"""

OWN_CASES = """
UPDATE work_workitem SET requester_id = %s
WHERE number IN (SELECT 'INC' || lpad((1000000 + n * 9973)::text, 7, '0')
                 FROM generate_series(1, 100) AS n)
"""

# Made again when all rows are there, as a migration would make them.
INDEXES = {
    "work_words": "CREATE INDEX work_words ON work_workitem USING gin (words)",
    "work_words_open": "CREATE INDEX work_words_open ON work_workitem USING gin (words)"
    " WHERE stage IN ('in_progress', 'new', 'waiting')",
    "comment_words": "CREATE INDEX comment_words ON work_commentwords USING gin (words)",
}

BARE = """
SELECT number, title, stage, updated_at FROM work_workitem
WHERE words @@ plainto_tsquery('simple', timshel_fold(%s))
ORDER BY updated_at DESC, id DESC LIMIT 6
"""


def main() -> None:
    given = _arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timshel.config.settings")
    if not (given.data / "database").exists():
        program = Path(sys.executable).with_name("timshel")
        subprocess.run([program, "demo", "--data", given.data], check=True)
    from timshel.interfaces.cli.environment import ready_django

    with ExitStack() as stack:
        stack.enter_context(ready_django(given.data))
        from django.conf import settings

        settings.ALLOWED_HOSTS = ["*"]
        _grow(given.items, given.people)
        _measure(given.rounds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    return parser.parse_args()


def _grow(items: int, people: int) -> None:
    """Generate what is missing of the work, the people and the conversations."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM work_workitem WHERE number >= 'INC1000001'")
        if cursor.fetchone()[0] >= items:
            return
        words = [*WORDS.split(), *(f"word{each:05d}" for each in range(4_000))]
        cursor.execute(MAKE_TEXTS)
        cursor.execute(MAKE_PEOPLE, {"amount": people, "syllables": SYLLABLES})
        cursor.execute(PLACES)
        for name in INDEXES:
            cursor.execute(f"DROP INDEX IF EXISTS {name}")
        _generate("work", MAKE_WORK, items, words)
        _generate("conversation", MAKE_COMMENTS, items // 5, words)
        for name, statement in INDEXES.items():
            started = time.perf_counter()
            cursor.execute(statement)
            print(f"index {name}: {time.perf_counter() - started:.0f} s", flush=True)
        cursor.execute("SELECT person_id FROM authority_account WHERE username = 'requester'")
        cursor.execute(OWN_CASES, [cursor.fetchone()[0]])
        cursor.execute("VACUUM ANALYZE")
    from timshel.kernel.search.actions import learn_words

    started = time.perf_counter()
    learnt = learn_words(most=2_000)
    print(f"words learnt: {learnt:,} in {time.perf_counter() - started:.0f} s", flush=True)


def _generate(what: str, statement: str, items: int, words: list[str]) -> None:
    from django.db import connection

    started = time.perf_counter()
    for first in range(1, items + 1, PER_BATCH):
        amount = min(PER_BATCH, items - first + 1)
        with connection.cursor() as cursor:
            cursor.execute(
                statement, {"first": first, "amount": amount, "words": words, "all": items}
            )
    print(f"{what}: {items:,} in {time.perf_counter() - started:.0f} s", flush=True)


def _measure(rounds: int) -> None:
    print(f"{'':34} {'median ms':>10} {'95th ms':>9} {'of bare':>8}")
    for username in READERS:
        bare = _times(_bare, QUERIES, rounds)
        _print(f"{username}: bare query", bare, bare)
        actor, ask = _reader(username)
        _print(f"{username}: suggestions", _times(_suggest(ask), TYPED, rounds), bare)
        _print(f"{username}: search without a page", _times(_search(actor), QUERIES, rounds), bare)
        _print(f"{username}: page of results", _times(_page(ask), QUERIES, rounds), bare)


def _times(do: Callable[[str], object], texts: tuple[str, ...], rounds: int) -> list[float]:
    """Return how long each text took in each round but the first, in milliseconds, in order."""
    found = []
    for turn in range(rounds + 1):
        for text in texts:
            started = time.perf_counter()
            do(text)
            if turn:
                found.append((time.perf_counter() - started) * 1000)
    return sorted(found)


def _print(name: str, times: list[float], bare: list[float]) -> None:
    median, ninety_fifth = statistics.median(times), times[int(len(times) * 0.95)]
    ratio = median / statistics.median(bare)
    print(f"{name:34} {median:10.1f} {ninety_fifth:9.1f} {ratio:8.2f}", flush=True)


def _reader(username: str) -> tuple[Any, Any]:
    """Return somebody's rights, and a browser in which they are signed in."""
    from django.test import Client

    from timshel.kernel.actor import Channel
    from timshel.leadership.authority.models import Account
    from timshel.leadership.authority.queries import actor_for

    account = Account.objects.get(username=username)
    client = Client()
    client.force_login(account)
    return actor_for(person_id=account.person_id, channel=Channel.DESK, origin="bench"), client


def _bare(text: str) -> object:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(BARE, [text])
        return "\n".join(map(str, cursor.fetchall()))


def _suggest(client: Any) -> Callable[[str], object]:
    return lambda text: client.get("/search/suggest", {"q": text}).content


def _page(client: Any) -> Callable[[str], object]:
    return lambda text: client.get("/search", {"q": text}).content


def _search(actor: Any) -> Callable[[str], object]:
    from datetime import UTC, datetime

    from timshel.kernel.search.sources import search

    return lambda text: search(text, actor=actor, at=datetime.now(UTC))


if __name__ == "__main__":
    main()
