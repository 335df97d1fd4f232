"""A mail read: any encoding, any shape, and nothing that it could break."""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from timshel.interfaces.mail.automatic import Automatic
from timshel.interfaces.mail.charsets import read_text
from timshel.interfaces.mail.headers import read_words
from timshel.interfaces.mail.markup import bare_text, clean_html, text_of_html
from timshel.interfaces.mail.parsing import MOST_PARTS, Fault, Unreadable, unfold
from timshel.interfaces.mail.reading import Protection, read_mail

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJg"
    "gg=="
)
PICTURE = "cid:one@x"
ATTRIBUTES = b"<p " + b" ".join(b"a%d=1" % number for number in range(150_000)) + b">"
MARKS = ("a" + "\u0301\u0323" * 200_000).encode()


def mail(body: bytes = b"Hello", **headers: str) -> bytes:
    given = {"From": "Robin Requester <robin@example.org>", "Subject": "Printer"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    lines = [f"{name}: {value}".encode("utf-8", "surrogateescape") for name, value in given.items()]
    return b"\r\n".join([*lines, b"", body])


# --- Encodings -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "declared", "expected"),
    [
        ("Grüße".encode("latin-1"), "iso-8859-1", "Grüße"),
        ("“Grüße” €".encode("cp1252"), "iso-8859-1", "“Grüße” €"),
        ("Grüße".encode(), "us-ascii", "Grüße"),
        ("Grüße".encode(), "iso-8859-1", "Grüße"),
        ("Grüße".encode("latin-1"), "utf-8", "Gr\ufffd\ufffde"),
        ("Grüße".encode(), "x-unknown", "Grüße"),
        ("Grüße".encode("cp1252"), None, "Grüße"),
        ("打印机坏了，朱镕基".encode("gb18030"), "gb2312", "打印机坏了，朱镕基"),
        ("打印机坏了".encode(), "gb2312", "打印机坏了"),
        ("プリンタが壊れた①".encode("iso2022_jp_ext", "ignore"), "iso-2022-jp", "プリンタが壊れた"),
        ("プリンタ".encode("iso2022_jp"), None, "プリンタ"),
        ("プリンタ①".encode("cp932"), "shift_jis", "プリンタ①"),
        ("Máy in hỏng".encode("cp1258", "ignore"), "windows-1258", None),
        ("Принтер".encode("koi8-r"), "koi8-r", "Принтер"),
        ("프린터 똠".encode("cp949"), "ks_c_5601-1987", "프린터 똠"),
        (b"+AOk-", "unicode-1-1-utf-7", "é"),
        ("Grüße".encode("utf-16"), "utf-8", "Grüße"),
        (b"a\x00b\x1bc", "utf-8", "abc"),
        (b"xn--x", "idna", "xn--x"),
        (b"SGVsbG8=", "base64", "SGVsbG8="),
        (b"\\x41", "unicode_escape", "\\x41"),
        (b"x", "a\0b", "x"),
        (b"x", "ä", "x"),
    ],
)
def test_any_character_set_is_survived(
    content: bytes, declared: str | None, expected: str | None
) -> None:
    found = read_text(content, declared)
    assert found == expected if expected else found.startswith("M") and "in h" in found


def test_vietnamese_comes_out_composed() -> None:
    written = "Tie\u0302\u0301ng".replace("e\u0302", "ê").encode("cp1258")
    assert read_text(written, "windows-1258") == "Tiếng"


@given(
    st.binary(max_size=200),
    st.sampled_from(
        ["utf-8", "gb2312", "iso-2022-jp", "big5", "hz", "utf-7", "cp1258", "x", "", "utf-16"]
    ),
)
@settings(max_examples=300, deadline=None)
def test_bytes_of_any_kind_become_text_that_can_be_stored(content: bytes, declared: str) -> None:
    found = read_text(content, declared)
    assert "\0" not in found
    found.encode("utf-8")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?utf-8?B?R3LD?= =?utf-8?B?vMOfZQ==?=", "Grüße"),
        ("=?utf-8?b?R3LDvMOfZQ?=", "Grüße"),
        ("Re: =?iso-8859-1?Q?caf=E9?= now", "Re: café now"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?gb2312?B?tPLTobv6?=", "打印机"),
        ("=?x-nothing?q?abc?=", "abc"),
        ("=?broken", "=?broken"),
        ("Gr\udcc3\udcbc\udcc3\udc9fe", "Grüße"),
        ("one\r\n two", "one two"),
    ],
)
def test_words_of_headers_are_read(value: str, expected: str) -> None:
    assert read_words(value) == expected


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("filename*=utf-8''Gr%C3%BC%C3%9Fe.txt", "Grüße.txt"),
        ("filename*0*=utf-8''Gr%C3%BC; filename*1*=%C3%9Fe.txt", "Grüße.txt"),
        ('filename*0="long "; filename*1="name.txt"', "long name.txt"),
        ('filename="=?utf-8?q?Gr=C3=BC=C3=9Fe.txt?="', "Grüße.txt"),
        ("filename*=iso-2022-jp'ja'%1B%24B%255%1B%28B.txt", "サ.txt"),
        ('filename="../../etc/passwd"', "passwd"),
        ('filename="C:\\\\Users\\\\x.txt"', "x.txt"),
        ('filename="invoice\u202efdp.exe"', "invoicefdp.exe"),
        ("filename*=x''%ff.txt", "ÿ.txt"),
        ("filename=plain name.txt", "plain name.txt"),
    ],
)
def test_names_of_files_in_any_encoding(parameters: str, expected: str) -> None:
    raw = mail(
        b"abc",
        Content_Type="application/octet-stream",
        Content_Disposition=f"attachment; {parameters}",
    )
    assert [each.name for each in read_mail(raw).files] == [expected]


@pytest.mark.parametrize(
    "kind",
    [
        "text",
        "text/",
        "/plain",
        ";;;;",
        "text/plain; charset",
        "text/plain; charset*0*=%",
        "\0",
        "=?x?",
        "multipart/mixed",
        "multipart/mixed; boundary=",
        'text/plain; charset="',
        "text/plain; charset*=''" + "x" * 9_000,
    ],
)
def test_a_malformed_content_type_is_text(kind: str) -> None:
    found = read_mail(mail(b"Hello", Content_Type=kind))
    assert found.text == "Hello"


def test_flowed_text_is_unfolded() -> None:
    assert unfold("a \nb\n> c \n> d\n-- \nx", spaces=True) == "a b\n> c d\n-- \nx"
    assert unfold("a \nb", spaces=False) == "ab"


# --- Shapes --------------------------------------------------------------------------------


def test_html_alone_is_read_as_text_and_its_quote_is_folded() -> None:
    html = (
        b"<html><body><p>It <b>works</b>.<br>Really.</p><ul><li>one</li></ul>"
        b'<div class="gmail_quote">On Monday, desk wrote:<blockquote>How is it?</blockquote></div>'
        b"<script>alert(1)</script></body></html>"
    )
    found = read_mail(mail(html, Content_Type="text/html; charset=utf-8"))
    assert found.text == "It **works**.\nReally.\n\n- one"
    assert found.quoted == "On Monday, desk wrote:\n> How is it?"
    assert "alert" not in found.text + found.quoted


def test_pictures_of_the_html_are_told_from_files() -> None:
    message = EmailMessage()
    message["From"] = "robin@example.org"
    message.set_content("See")
    message.add_alternative('<p>See <img src="cid:one@x" alt="screen"></p>', subtype="html")
    html = message.get_payload()[1]
    html.add_related(PNG, "image", "png", cid="<one@x>", filename="screen.png")
    message.add_attachment(PNG, maintype="image", subtype="png", filename="other.png")
    found = read_mail(message.as_bytes())
    assert [(each.name, each.content_id) for each in found.pictures] == [("screen.png", "one@x")]
    assert [each.name for each in found.files] == ["other.png"]
    assert found.pictures[0].content == PNG


def test_an_invitation_is_shown_as_what_it_is() -> None:
    calendar = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        b"DTSTAMP:20260302T080000Z\r\nDTSTART:20260303T090000Z\r\nDTEND:20260303T100000Z\r\n"
        b"SUMMARY:Visit\r\nLOCATION:Room 4\r\nORGANIZER;CN=Robin:mailto:robin@example.org\r\n"
        b"END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    found = read_mail(mail(calendar, Content_Type="text/calendar; method=REQUEST"))
    (meeting,) = found.invitations
    assert (meeting.method, meeting.summary, meeting.where, meeting.organizer) == (
        "REQUEST",
        "Visit",
        "Room 4",
        "Robin",
    )
    assert meeting.begins == datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert [each.name for each in found.files] == ["invitation-1.ics"]


def test_a_mail_within_a_mail_is_shown_as_what_it_is() -> None:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "Other <other@example.org>", "Inner"
    inner.set_content("Inside")
    outer = EmailMessage()
    outer["From"] = "robin@example.org"
    outer.set_content("Outside")
    outer.add_attachment(inner)
    found = read_mail(outer.as_bytes())
    assert found.text == "Outside"
    assert [(each.subject, each.text) for each in found.nested] == [("Inner", "Inside")]
    assert [each.name for each in found.files] == ["Inner.eml"]
    assert b"Inside" in found.files[0].content


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (
            'multipart/signed; protocol="application/pgp-signature"; boundary=b',
            Protection.SIGNED_PGP,
        ),
        ("multipart/encrypted; boundary=b", Protection.ENCRYPTED_PGP),
        (
            "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
            Protection.ENCRYPTED_SMIME,
        ),
        ("application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", Protection.SIGNED_SMIME),
    ],
)
def test_signed_and_encrypted_mail_is_marked(kind: str, expected: Protection) -> None:
    body = (
        b"--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n"
        b"--b\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n"
    )
    assert read_mail(mail(body, Content_Type=kind)).protections == (expected,)


def test_text_that_is_signed_within_itself_is_read() -> None:
    body = (
        b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n- -- dash\n"
        b"-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"
    )
    found = read_mail(mail(body))
    assert found.protections == (Protection.SIGNED_PGP,)
    assert found.text.startswith("Hello")
    assert "abc" in found.signature


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"Auto_Submitted": "no"}, None),
        ({"Auto_Submitted": "auto-replied (vacation)"}, Automatic.REPLIED),
        ({"Auto_Submitted": "auto-generated"}, Automatic.GENERATED),
        ({"Precedence": "bulk"}, Automatic.BULK),
        ({"Precedence": "auto_reply"}, Automatic.REPLIED),
        ({"X_Autoreply": "yes"}, Automatic.REPLIED),
        ({"Return_Path": "<>"}, Automatic.NULL_SENDER),
        ({"List_Id": "<x.example.org>"}, Automatic.BULK),
        ({"List_Id": "<x.example.org>", "List_Post": "NO"}, Automatic.BULK),
        ({"Precedence": "list"}, Automatic.LIST),
        (
            {"List_Id": "<x.example.org>", "List_Post": "<mailto:x@example.org>"},
            Automatic.LIST,
        ),
        ({"From": "MAILER-DAEMON@example.org"}, Automatic.GENERATED),
        ({"From": "noreply@example.org"}, Automatic.GENERATED),
        ({"Subject": "Out of Office: Re: x"}, Automatic.SUBJECT),
        ({"Subject": "Réponse automatique : x"}, Automatic.SUBJECT),
        ({"Subject": "Absence du bureau"}, Automatic.SUBJECT),
        ({"Subject": "Automatische Antwort: x"}, Automatic.SUBJECT),
        ({"Subject": "Undelivered Mail Returned to Sender"}, Automatic.SUBJECT),
        ({"Subject": "The automatic door is broken"}, None),
        ({"Subject": "Absences in the payroll are wrong"}, None),
    ],
)
def test_what_a_machine_wrote_is_recognised(
    headers: dict[str, str], expected: Automatic | None
) -> None:
    assert read_mail(mail(**headers)).automatic == expected


def test_the_null_sender_of_the_envelope_is_a_machine() -> None:
    assert read_mail(mail(), envelope_from="").automatic is Automatic.NULL_SENDER
    assert read_mail(mail(), envelope_from=None).automatic is None


# --- What is shown -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<img src="https://tracker.example/x.gif">',
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<div style="background:url(https://tracker.example/x)">x</div>',
        '<div style="position:fixed;top:0">x</div>',
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        '<iframe src="https://example.org"></iframe>',
        '<form action="https://example.org"><input name=password></form>',
        '<link rel="stylesheet" href="https://example.org/x.css">',
        "<style>@import 'https://tracker.example/x.css'</style>",
        '<meta http-equiv="refresh" content="0;url=https://example.org">',
        '<base href="https://example.org/">',
        '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
        "<math><mtext></mtext><script>alert(1)</script></math>",
        '<img src="cid:unknown">',
    ],
)
def test_hostile_html_is_cleaned(hostile: str) -> None:
    found = clean_html(hostile, picture=lambda _name: None)
    for word in (
        "script",
        "alert",
        "tracker",
        "http",
        "fixed",
        "<form",
        "<iframe",
        "data:",
        "cid:",
    ):
        assert word not in found


def test_pictures_are_the_mails_own() -> None:
    asked = '<p style="color:red;position:absolute"><img src="cid:%3Cone@x%3E" width="3"></p>'
    found = clean_html(asked, picture=lambda name: PICTURE if name == "one@x" else None)
    assert found == f'<p style="color:red"><img src="{PICTURE}" width="3"></p>'


def test_html_that_is_too_deep_is_read_without_its_form() -> None:
    deep = "<div>" * 5_000 + "words" + "</div>" * 5_000
    assert text_of_html(deep) == "words"
    assert bare_text("<p>a &amp; b</p><p>c</p>") == "a & b\nc"


# --- Bounds --------------------------------------------------------------------------------


def nested(depth: int) -> bytes:
    return mail(
        b"".join(b"Content-Type: message/rfc822\r\n\r\n" for _each in range(depth)) + b"x",
        Content_Type="message/rfc822",
    )


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", Fault.EMPTY),
        (b"\r\n\r\n", Fault.EMPTY),
        (b"\n" * 1_000_001 + b"x", Fault.TOO_LARGE),
        (nested(2_000), Fault.TOO_DEEP),
        (nested(50), Fault.TOO_DEEP),
        (
            mail(
                b"--b\r\n\r\nx\r\n" * (MOST_PARTS + 1), Content_Type="multipart/mixed; boundary=b"
            ),
            Fault.TOO_MANY_PARTS,
        ),
    ],
    ids=["nothing", "blank", "lines", "deep", "nested", "parts"],
)
def test_what_is_beyond_the_bounds_is_said_to_be(raw: bytes, fault: Fault) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_mail(raw)
    assert refusal.value.fault is fault


@pytest.mark.parametrize(
    "raw",
    [
        mail(References="<a@b> " * 20_000),
        mail(To="a@example.org, " * 20_000),
        mail(Subject="=?utf-8?q?a?= " * 20_000),
        mail(Subject="=?" * 50_000),
        mail(To="(" * 50_000),
        mail(Content_Type="text/plain" + ";" * 100_000),
        mail(b"<div>" * 60_000, Content_Type="text/html"),
        mail(b"<" * 200_000, Content_Type="text/html"),
        mail(b"<table><tr><td>" * 20_000, Content_Type="text/html"),
        mail(b"<blockquote type=cite>" * 20_000, Content_Type="text/html"),
        mail(b"<blockquote>x</blockquote>" * 8_000, Content_Type="text/html"),
        mail(b"a: b\n" * 100_000, Content_Type="message/delivery-status"),
        mail(b"message-id: " * 50_000, From="mailer-daemon@example.org"),
        mail(b"<blockquote></blockquote>" * 16_000, Content_Type="text/html"),
        mail(b"<blockquote type=cite>x</blockquote>" * 12_000, Content_Type="text/html"),
        mail(b"<ol>" + b"<li>x" * 60_000, Content_Type="text/html"),
        mail(b"<br>" * 90_000, Content_Type="text/html"),
        mail(ATTRIBUTES, Content_Type="text/html"),
        mail(b"<p x='>' " + ATTRIBUTES, Content_Type="text/html"),
        mail(MARKS, Content_Type="text/plain; charset=utf-8"),
        mail(MARKS, Content_Type="text/html; charset=utf-8"),
        mail(Subject=MARKS.decode()),
    ],
    ids=range(22),
)
def test_a_crafted_mail_ends_soon(raw: bytes) -> None:
    begun = time.process_time()
    read_mail(raw)
    assert time.process_time() - begun < 10


def test_many_parts_of_html_together_cost_no_more_than_one() -> None:
    part = b"--b\r\nContent-Type: text/html\r\n\r\n<ol>" + b"<li>x" * 2_000 + b"\r\n"
    begun = time.process_time()
    read_mail(mail(part * 200 + b"--b--", Content_Type="multipart/mixed; boundary=b"))
    assert time.process_time() - begun < 20


def test_containers_within_each_other_are_not_asked_about_a_million_lines() -> None:
    heads = [b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(28)]
    with pytest.raises(Unreadable) as refusal:
        read_mail(b"".join(heads) + b"Content-Type: text/plain\n\n" + b"-\n" * 900_000)
    assert refusal.value.fault is Fault.TOO_DEEP


def test_no_mark_of_a_text_is_lost_however_many_there_are() -> None:
    text = read_text(("a" + "\u0323" * 100).encode(), "utf-8")
    assert text.count("\u0323") == 99  # the first is part of its letter
    assert text[0] == "\u1ea1"


SEED = (
    b"From: =?utf-8?q?R=C3=B6bin?= <robin@example.org>\r\nSubject: Re: INC0000012\r\n"
    b"In-Reply-To: <a.b.c@example.org>\r\nMessage-ID: <1@example.org>\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n\r\nHello\r\n> quoted\r\n"
    b'--b\r\nContent-Type: text/html; charset="gb2312"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    b"PHA+SGVsbG88L3A+\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nx\r\n"
    b"--b\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\n"
    b"Action: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/calendar\r\n\r\n"
    b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n--b--\r\n"
)


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(SEED)),
            st.integers(0, 40),
            st.binary(max_size=12)
            | st.sampled_from([b"\r\n", b"--b", b"=?", b"%", b";", b'"', b"\0", b"\xff", b"*0*="]),
        ),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_mutated_mails_never_raise_but_as_declared(changes: list[tuple[int, int, bytes]]) -> None:
    raw = SEED
    for place, removed, put in changes:
        raw = raw[:place] + put + raw[place + removed :]
    try:
        found = read_mail(raw)
    except Unreadable as refusal:
        if refusal.fault is Fault.BROKEN:
            raise
        return
    clean_html(found.html, picture=lambda name: name)
    "".join([found.subject, found.text, found.quoted, found.signature, found.html]).encode()
