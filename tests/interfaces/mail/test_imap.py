"""Mail is fetched from a real server: once, as it is, and whatever goes wrong is said in words."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.db import DataError, OperationalError

from tests.cast import AT, Cast
from tests.dovecot import Dovecot
from tests.interfaces.mail.conftest import Make
from tests.jobs import run_jobs
from tests.odd_mails import as_fetched, made_mails, odd_mails
from timshel.interfaces.mail import receiving
from timshel.interfaces.mail.receiving import poll_mailbox, try_mailbox, watch_mailbox
from timshel.interfaces.worker import mail as jobs
from timshel.support.communication import actions, queries
from timshel.support.communication.actions import MailboxSecrets
from timshel.support.communication.models import IncomingMessage, Mailbox
from timshel.support.communication.rules import fingerprint
from timshel.support.communication.states import IncomingReason, IncomingState
from timshel.support.communication.troubles import SENTENCES, MailboxTrouble
from timshel.support.notification.models import Notice
from timshel.support.notification.topics import Topic

pytestmark = pytest.mark.usefixtures("shelf")

HELLO = b"From: imre@x.example\r\nSubject: Hello\r\nMessage-ID: <1@x.example>\r\n\r\nHello.\r\n"


def raws() -> set[bytes]:
    return {queries.raw_of(key) for key in IncomingMessage.objects.values_list("pk", flat=True)}


def standing(mailbox_id: int) -> Mailbox:
    return Mailbox.objects.get(pk=mailbox_id)


def test_what_is_taken_is_moved(make_mailbox: Make, dovecot: Dovecot, user: str) -> None:
    dovecot.put(user, [HELLO])
    mailbox_id = make_mailbox()
    taken = poll_mailbox(mailbox_id)

    assert taken is not None
    assert (taken.new, taken.known, taken.held, taken.failed) == (1, 0, 0, 0)
    row = IncomingMessage.objects.get()
    assert (row.door, row.mailbox_id, row.state) == ("imap", mailbox_id, IncomingState.ARRIVED)
    assert queries.raw_of(row.pk) == HELLO
    assert dovecot.uids(user) == []
    assert dovecot.contents(user, "Taken") == [HELLO]
    found = standing(mailbox_id)
    assert (found.trouble, found.failures, found.waiting_count) == ("", 0, 0)
    assert found.last_success_at is not None


def test_what_is_taken_is_deleted_and_nothing_else_is(
    make_mailbox: Make, dovecot: Dovecot, user: str
) -> None:
    dovecot.put(user, [HELLO])
    mailbox_id = make_mailbox(afterwards="delete")
    poll_mailbox(mailbox_id)

    assert dovecot.uids(user) == []
    assert raws() == {HELLO}


def test_others_marks_are_left_alone(make_mailbox: Make, dovecot: Dovecot, user: str) -> None:
    """What a person marked as deleted there, but did not yet throw away, is not ours to remove."""
    dovecot.put(user, [HELLO])
    mailbox_id = make_mailbox(afterwards="mark")
    poll_mailbox(mailbox_id)
    with dovecot.client(user) as client:
        client.select()
        client.store("1", "+FLAGS", r"(\Deleted)")
        client.unselect()
    other = HELLO.replace(b"1@", b"2@")
    dovecot.put(user, [other])
    poll_mailbox(mailbox_id)

    assert raws() == {HELLO, other}
    assert dovecot.contents(user) == [HELLO, other]


def test_what_stays_is_marked_and_taken_once(
    make_mailbox: Make, dovecot: Dovecot, user: str
) -> None:
    first, second, third = made_mails(3)
    dovecot.put(user, [first])
    with dovecot.client(user) as client:
        client.select()
        client.store("1", "+FLAGS", r"(\Seen)")  # read by somebody before we came
    dovecot.put(user, [second])
    mailbox_id = make_mailbox(afterwards="mark")
    taken = poll_mailbox(mailbox_id)
    assert taken is not None
    assert taken.new == 1

    dovecot.put(user, [third])
    with dovecot.client(user) as client:
        client.select()
        client.store("3", "+FLAGS", r"(\Seen)")  # read by somebody before we came again
    again = poll_mailbox(mailbox_id)

    assert again is not None
    assert (again.new, again.known) == (1, 0)
    assert raws() == {as_fetched(second), as_fetched(third)}
    assert dovecot.uids(user, criteria="UNSEEN") == []
    idle = poll_mailbox(mailbox_id)
    assert idle is not None
    assert (idle.new, idle.known) == (0, 0)


def test_numbers_that_begin_anew_lose_nothing(
    make_mailbox: Make, dovecot: Dovecot, user: str
) -> None:
    old, new = made_mails(2)
    with dovecot.client(user) as client:
        client.create("Desk")
    dovecot.put(user, [old], folder="Desk")
    mailbox_id = make_mailbox(folder="Desk", afterwards="mark")
    poll_mailbox(mailbox_id)
    before = standing(mailbox_id).uid_validity
    with dovecot.client(user) as client:
        client.delete("Desk")
        client.create("Desk")
    dovecot.put(user, [old, new], folder="Desk")
    with dovecot.client(user) as client:  # where somebody read everything before we came
        client.select("Desk")
        client.store("1:*", "+FLAGS", r"(\Seen)")
    taken = poll_mailbox(mailbox_id)

    assert taken is not None
    assert standing(mailbox_id).uid_validity != before
    assert (taken.new, taken.known) == (1, 1)
    assert raws() == {as_fetched(old), as_fetched(new)}


def test_the_envelope_is_read_where_the_server_wrote_it(
    make_mailbox: Make, dovecot: Dovecot, user: str
) -> None:
    dovecot.deliver(user, HELLO, sender="imre@x.example")
    dovecot.deliver(user, HELLO.replace(b"1@", b"2@"), sender="")
    poll_mailbox(make_mailbox())

    found = {
        (each.envelope_from, each.envelope_to)
        for each in map(
            queries.incoming_message, IncomingMessage.objects.values_list("pk", flat=True)
        )
    }
    assert found == {("imre@x.example", (f"{user}@x.example",)), ("", (f"{user}@x.example",))}


def test_mail_that_also_came_by_another_way_is_known(
    make_mailbox: Make, dovecot: Dovecot, user: str
) -> None:
    dovecot.put(user, [HELLO])
    dovecot.deliver(user, HELLO)
    taken = poll_mailbox(make_mailbox())

    assert taken is not None
    assert (taken.new, taken.known) == (1, 1)
    assert dovecot.uids(user) == []


@pytest.mark.parametrize("afterwards", ["move", "delete", "mark"])
def test_what_is_too_large_is_held_and_stays_whole_on_the_server(
    make_mailbox: Make, dovecot: Dovecot, user: str, settings: Any, afterwards: str
) -> None:
    settings.MAIL_MAX_BYTES = 300_000
    large = HELLO + b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 5_000
    dovecot.put(user, [large, HELLO.replace(b"1@", b"2@")])
    mailbox_id = make_mailbox(afterwards=afterwards)
    taken = poll_mailbox(mailbox_id)

    assert taken is not None
    assert (taken.new, taken.held) == (1, 1)
    row = IncomingMessage.objects.get(is_whole=False)
    assert (row.state, row.reason) == (IncomingState.HELD, IncomingReason.TOO_LARGE)
    assert row.size == len(large)
    assert large.startswith(queries.raw_of(row.pk))
    assert large in dovecot.contents(user, "Taken" if afterwards == "move" else "INBOX")
    poll_mailbox(mailbox_id)
    assert IncomingMessage.objects.count() == 2


def test_one_that_cannot_be_kept_does_not_stop_the_others(
    make_mailbox: Make, dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good, better = made_mails(3)
    dovecot.put(user, [bad, good, better])
    mailbox_id = make_mailbox()
    original = actions.receive_message

    def receive(raw: bytes, **others: Any) -> Any:
        if raw == as_fetched(bad):
            raise DataError("no")
        return original(raw, **others)

    monkeypatch.setattr(actions, "receive_message", receive)
    assert poll_mailbox(mailbox_id) is None
    assert raws() == {as_fetched(good), as_fetched(better)}
    assert dovecot.contents(user) == [as_fetched(bad)]
    found = standing(mailbox_id)
    assert (found.trouble, found.last_error) == (MailboxTrouble.NOT_KEPT, "1: DataError('no')")

    monkeypatch.undo()
    poll_mailbox(mailbox_id)
    assert len(raws()) == 3
    assert standing(mailbox_id).trouble == ""


def test_without_a_database_everything_stays_on_the_server(
    make_mailbox: Make, dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.put(user, [HELLO])
    mailbox_id = make_mailbox()

    def receive(_raw: bytes, **_others: Any) -> None:
        raise OperationalError("the connection is lost")

    with monkeypatch.context() as patch:
        patch.setattr(actions, "receive_message", receive)
        with pytest.raises(OperationalError):
            poll_mailbox(mailbox_id)

    assert dovecot.contents(user) == [HELLO]
    poll_mailbox(mailbox_id)
    assert raws() == {HELLO}


def test_every_odd_mail_is_kept_as_it_is(make_mailbox: Make, dovecot: Dovecot, user: str) -> None:
    mails = [*odd_mails(), *made_mails(60)]
    random.Random(7).shuffle(mails)
    dovecot.put(user, mails)
    dovecot.put(user, mails)
    there = set(dovecot.contents(user))
    poll_mailbox(make_mailbox())

    assert raws() <= there
    assert IncomingMessage.objects.count() == len({fingerprint(each) for each in there})
    assert dovecot.uids(user) == []


@pytest.mark.parametrize(
    ("changes", "trouble"),
    [
        ({"secret": "not the password"}, MailboxTrouble.SIGN_IN),
        ({"secret": "pässwörd"}, MailboxTrouble.SIGN_IN),
        ({"folder": "Nowhere"}, MailboxTrouble.FOLDER),
        ({"host": "nobody.invalid"}, MailboxTrouble.NAME),
        ({"security": "tls", "port": "imaps"}, MailboxTrouble.CERTIFICATE),
        ({"security": "starttls"}, MailboxTrouble.CERTIFICATE),
        ({"security": "tls"}, MailboxTrouble.NO_TLS),
        ({"port": "lmtp"}, MailboxTrouble.NOT_IMAP),
        ({"port": 9}, MailboxTrouble.REFUSED),
    ],
)
def test_what_is_wrong_is_said_in_words(
    make_mailbox: Make, dovecot: Dovecot, changes: dict[str, Any], trouble: MailboxTrouble
) -> None:
    given = {
        name: getattr(dovecot, value) if name == "port" and isinstance(value, str) else value
        for name, value in changes.items()
    }
    mailbox_id = make_mailbox(**given)

    assert poll_mailbox(mailbox_id) is None
    found = standing(mailbox_id)
    assert (found.trouble, found.failures) == (trouble, 1)
    assert str(SENTENCES[trouble]).endswith(".")
    if trouble is MailboxTrouble.FOLDER:
        assert "INBOX" in found.last_error


def test_whoever_fails_often_waits_longer_and_is_told_of_once(
    make_mailbox: Make, cast: Cast
) -> None:
    mailbox_id = make_mailbox(secret="not the password")
    actions.pause_mailbox("desk", actor=cast.administrator, at=AT)
    actions.resume_mailbox("desk", actor=cast.administrator, at=AT)
    waits = []
    for _ in range(4):
        poll_mailbox(mailbox_id)
        found = standing(mailbox_id)
        assert found.due_at is not None
        assert found.last_polled_at is not None
        waits.append(found.due_at - found.last_polled_at)

    assert waits == [timedelta(minutes=each) for each in (1, 2, 5, 10)]
    assert watch_mailbox(mailbox_id)  # which leaves it alone for as long
    assert standing(mailbox_id).failures == 4
    run_jobs()
    told = Notice.objects.get(topic=Topic.MAILBOX_TROUBLED)
    assert told.person_id == cast.administrator.person_id


def test_trying_takes_nothing(make_mailbox: Make, dovecot: Dovecot, user: str, cast: Cast) -> None:
    dovecot.put(user, [HELLO, HELLO])
    mailbox_id = make_mailbox()
    actions.ask_mailbox("desk", actor=cast.administrator, at=receiving.now())
    assert queries.mailbox_kept("desk", actor=cast.administrator).is_asked
    try_mailbox(mailbox_id)

    row = queries.mailbox_kept("desk", actor=cast.administrator)
    assert (row.is_asked, row.waiting_count, row.trouble) == (False, 2, "")
    assert not IncomingMessage.objects.exists()
    assert len(dovecot.uids(user)) == 2


def test_the_sweep_polls_what_is_due(
    make_mailbox: Make, dovecot: Dovecot, user: str, cast: Cast
) -> None:
    dovecot.put(user, [HELLO])
    mailbox_id = make_mailbox()
    jobs.poll_due(timestamp=0)
    jobs.poll_due(timestamp=0)  # one that waits already is not asked for twice
    done = run_jobs()

    assert done.count("mail.poll") == 1
    assert raws() == {HELLO}
    jobs.poll_due(timestamp=0)
    assert "mail.poll" not in run_jobs()
    Mailbox.objects.filter(pk=mailbox_id).update(due_at=AT)
    actions.pause_mailbox("desk", actor=cast.administrator, at=AT)
    jobs.poll_due(timestamp=0)
    assert "mail.poll" not in run_jobs()


@pytest.mark.django_db(transaction=True)
def test_mail_is_taken_the_moment_it_arrives(
    make_mailbox: Make, dovecot: Dovecot, user: str
) -> None:
    mailbox_id = make_mailbox()
    enough = threading.Event()
    watching = threading.Thread(
        target=_watch, args=(mailbox_id, enough), name="watching", daemon=True
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(receiving, "WATCH_SECONDS", 5.0)
        watching.start()
        try:
            _wait_for(lambda: standing(mailbox_id).last_success_at is not None)
            for mail in made_mails(3):
                before = IncomingMessage.objects.count()
                dovecot.put(user, [mail])
                _wait_for(lambda count=before: IncomingMessage.objects.count() > count)
            found = standing(mailbox_id)
            assert found.due_at is not None
            assert found.last_success_at is not None
            assert found.due_at > found.last_success_at + timedelta(minutes=1)
            assert poll_mailbox(mailbox_id) is None  # one is enough
        finally:
            enough.set()
            dovecot.put(user, [HELLO])  # wakes it
            watching.join(20)
    assert not watching.is_alive()


def _watch(mailbox_id: int, enough: threading.Event) -> None:
    from django.db import connection

    try:
        watch_mailbox(mailbox_id, should_stop=enough.is_set)
    finally:
        connection.close()


def _wait_for(condition: Any) -> None:
    for _ in range(400):
        if condition():
            return
        threading.Event().wait(0.05)
    pytest.fail("It did not happen in time.")


class _Authority(BaseHTTPRequestHandler):
    """Gives access tokens, and says of one whether it holds, as an authorization server does."""

    given: list[dict[str, str]]
    user: str
    refusal: dict[str, str] | None

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        form = {key: each[0] for key, each in parse_qs(self.rfile.read(size).decode()).items()}
        server: Any = self.server
        if self.path == "/introspect":
            is_good = form.get("token") == "good-token"
            self._answer(200, {"active": is_good, "email": server.user})
            return
        server.asked.append(form)
        if server.refusal is not None:
            self._answer(400, server.refusal)
            return
        self._answer(
            200,
            {"access_token": "good-token", "expires_in": 3600, "refresh_token": "another-one"},
        )

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Stay silent."""


@contextmanager
def authority(port: int, user: str) -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", port), _Authority)
    server.user, server.refusal, server.asked = user, None, []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def by_oauth(dovecot: Dovecot, **changes: Any) -> dict[str, Any]:
    return {
        "sign_in": "oauth",
        "grant": "refresh_token",
        "token_address": f"http://127.0.0.1:{dovecot.authority}/token",
        "client_id": "timshel",
        "token_scope": "mail",
        "secrets": MailboxSecrets(client_secret="client", refresh_token="first-one"),
        **changes,
    }


def test_signing_in_by_oauth(
    make_mailbox: Make, dovecot: Dovecot, user: str, settings: Any
) -> None:
    settings.WEBHOOK_HOSTS = frozenset({"127.0.0.1"})
    dovecot.put(user, [HELLO])
    with authority(dovecot.authority, user) as server:
        mailbox_id = make_mailbox(**by_oauth(dovecot))
        poll_mailbox(mailbox_id)
        assert raws() == {HELLO}
        assert standing(mailbox_id).trouble == ""
        poll_mailbox(mailbox_id)  # with the same token
        assert server.asked == [
            {
                "grant_type": "refresh_token",
                "client_id": "timshel",
                "client_secret": "client",
                "refresh_token": "first-one",
                "scope": "mail",
            }
        ]
        Mailbox.objects.filter(pk=mailbox_id).update(access_token_until=AT)
        poll_mailbox(mailbox_id)
        assert server.asked[-1]["refresh_token"] == "another-one"
    row = standing(mailbox_id)
    assert b"another-one" not in bytes(row.refresh_token)
    assert b"good-token" not in bytes(row.access_token)


def test_the_client_itself_signs_in(
    make_mailbox: Make, dovecot: Dovecot, user: str, settings: Any
) -> None:
    settings.WEBHOOK_HOSTS = frozenset({"127.0.0.1"})
    dovecot.put(user, [HELLO])
    with authority(dovecot.authority, user) as server:
        given = by_oauth(
            dovecot, grant="client_credentials", secrets=MailboxSecrets(client_secret="client")
        )
        poll_mailbox(make_mailbox(**given))
        assert server.asked[0]["grant_type"] == "client_credentials"
        assert "refresh_token" not in server.asked[0]
    assert raws() == {HELLO}


def test_a_token_that_is_refused_is_forgotten(
    make_mailbox: Make, dovecot: Dovecot, user: str, settings: Any
) -> None:
    settings.WEBHOOK_HOSTS = frozenset({"127.0.0.1"})
    with authority(dovecot.authority, user) as server:
        mailbox_id = make_mailbox(**by_oauth(dovecot))
        server.refusal = {"error": "invalid_grant", "error_description": "it was withdrawn"}
        poll_mailbox(mailbox_id)
        found = standing(mailbox_id)
        assert (found.trouble, found.last_error) == (
            MailboxTrouble.TOKEN,
            "400 invalid_grant: it was withdrawn",
        )
        server.refusal = None
        server.user = "somebody-else"
        poll_mailbox(mailbox_id)
        found = standing(mailbox_id)
        assert found.trouble == MailboxTrouble.SIGN_IN
        assert bytes(found.access_token) == b""


def test_tokens_are_not_asked_for_within_our_own_network(
    make_mailbox: Make, dovecot: Dovecot, settings: Any
) -> None:
    settings.WEBHOOK_HOSTS = frozenset({"127.0.0.1"})
    mailbox_id = make_mailbox(**by_oauth(dovecot))
    settings.WEBHOOK_HOSTS = frozenset()
    poll_mailbox(mailbox_id)

    assert standing(mailbox_id).trouble == MailboxTrouble.TOKEN


def test_secrets_are_sealed_and_never_shown(make_mailbox: Make, cast: Cast, settings: Any) -> None:
    mailbox_id = make_mailbox(secret="the secret itself")

    assert b"the secret itself" not in bytes(standing(mailbox_id).secret)
    assert "the secret itself" not in repr(queries.mailbox_kept("desk", actor=cast.administrator))
    assert "the secret itself" not in repr(queries.mailbox_access(mailbox_id))
    settings.SECRET_KEY = "another installation's"
    poll_mailbox(mailbox_id)
    assert standing(mailbox_id).trouble == MailboxTrouble.SECRET
