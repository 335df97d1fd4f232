"""HTML of mails: cleaned to be shown in a frame of its own, and as text with its quotes marked.

What is shown loads nothing from elsewhere: a picture is one of the mail's own or it is not there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from html import unescape
from urllib.parse import unquote

import nh3
from bs4 import BeautifulSoup, Tag
from bs4.element import CData, PreformattedString
from markdownify import MarkdownConverter

from timshel.interfaces.mail.charsets import storable
from timshel.interfaces.mail.quoting import QUOTE_BEGINS, QUOTE_ENDS

LONGEST_SHOWN = 2_000_000  # characters of HTML
LONGEST_READ = 400_000
DEEPEST = 120  # elements within each other, when it is read as text


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


TAGS = _names(
    "a abbr acronym address article b bdi bdo big blockquote br caption center cite code col "
    "colgroup dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 "
    "header hr i img ins kbd li main mark nav ol p pre q rp rt ruby s samp section small span "
    "strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr"
)
ATTRIBUTES = {
    "*": {"style", "dir", "lang", "align", "valign", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "font": {"color", "size", "face"},
    "table": {"border", "cellpadding", "cellspacing", "width", "bgcolor"},
    "tr": {"bgcolor"},
    "td": {"bgcolor", "colspan", "rowspan", "width", "height", "nowrap"},
    "th": {"bgcolor", "colspan", "rowspan", "width", "height", "scope"},
    "col": {"span", "width"},
    "ol": {"start", "type"},
    "li": {"value"},
}
# What a style may say: nothing that takes something out of its place or loads anything.
STYLES = _names(
    "background-color border border-bottom border-bottom-color border-bottom-style "
    "border-bottom-width border-collapse border-color border-left border-radius border-right "
    "border-spacing border-style border-top border-width color direction font font-family "
    "font-size font-style font-variant font-weight height letter-spacing line-height list-style "
    "list-style-type margin margin-bottom margin-left margin-right margin-top max-width "
    "min-width padding padding-bottom padding-left padding-right padding-top text-align "
    "text-decoration text-indent text-transform vertical-align white-space width"
)
WITH_CONTENT = _names(
    "applet embed head iframe math noframes noscript object script style svg template title "
    "textarea select option audio video"
)
QUOTING_CLASSES = frozenset(
    {
        "gmail_quote",
        "gmail_quote_container",
        "yahoo_quoted",
        "moz-cite-prefix",
        "gmail_attr",
        "protonmail_quote",
        "zmail_extra",
        "wordsection_quoted",
    }
)
QUOTING_IDS = frozenset(
    {"olk_src_body_section", "reply-intro", "mail-editor-reference-message-container"}
)
RULING_IDS = frozenset({"stopspelling", "zwchr", "divrplyfwdmsg", "appendonsend"})
VOID = _names("br col hr img wbr input meta link base")
CLOSED_BY_OTHERS = _names("p li dt dd tr td th tbody thead tfoot option colgroup")
MOST_UNCLOSED = 1_000
MOST_ELEMENTS = 20_000  # that are read as text with their form
MOST_BESIDE = 4_000_000  # of the squares of how many elements lie beside each other, summed up
CID = "cid:"
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)")
# An element with more attributes than anything means; comparing them costs their square.
_MANY_ATTRIBUTES = re.compile(
    r"<[a-zA-Z][^\s/>]*+(?:[\s/]*+[^\s/>][^\s/>=]*+"
    r"(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+)?+)?+){300}"
)
_ANY_TAG = re.compile(r"<[^<>]{0,5000}>")
_BREAK = re.compile(r"(?i)<(?:br|/p|/div|/tr|/li|/h[1-6])\b[^<>]{0,200}>")

_OUTLOOK_RULE = re.compile(
    r"border:\s?none;\s?border-top:\s?solid #(?:E1E1E1|B5C4DF) 1\.0pt", re.IGNORECASE
)
_WINDOWS_MAIL_RULE = re.compile(r"border-top-color:\s?rgb\(229, ?229, ?229\)", re.IGNORECASE)


def clean_html(html: str, *, picture: Callable[[str], str | None]) -> str:
    """Return HTML of a mail that may be shown in a frame.

    Args:
        html: as it came.
        picture: the address of a picture of the mail by its content id; None where there is none.
    """

    if is_crafted(html):
        return ""  # its words are in the entry, and all of it in the mail itself

    def kept(tag: str, name: str, value: str) -> str | None:
        if tag == "img" and name == "src":
            return picture(content_id(value[len(CID) :])) if value.lower().startswith(CID) else None
        return value

    return nh3.clean(
        storable(html)[:LONGEST_SHOWN],
        tags=set(TAGS),
        clean_content_tags=set(WITH_CONTENT),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=kept,
        strip_comments=True,
        link_rel="noopener noreferrer nofollow",
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        url_relative="deny",
        filter_style_properties=set(STYLES),
    )


def content_id(text: str) -> str:
    """Return how a content id is compared: without brackets, as it is once decoded."""
    return unquote(text).strip().strip("<>").strip()[:250]


def pictures_of(html: str) -> frozenset[str]:
    """Return the content ids of the pictures that HTML shows."""
    found: set[str] = set()
    if is_crafted(html):
        return frozenset()

    def noted(tag: str, name: str, value: str) -> str | None:
        if tag == "img" and name == "src" and value.lower().startswith(CID):
            found.add(content_id(value[len(CID) :]))
        return None

    nh3.clean(
        storable(html)[:LONGEST_SHOWN],
        tags={"img"},
        attributes={"img": {"src"}},
        attribute_filter=noted,
        url_schemes={"cid"},
    )
    return frozenset(found)


def text_of_html(html: str) -> str:
    """Return HTML as Markdown, with marks around what the writer's program quoted."""
    if is_crafted(html):
        return bare_text(html)
    closed = _closed(html)
    if _is_costly(closed):
        return bare_text(html)
    soup = BeautifulSoup(closed, "html.parser")
    for unseen in soup.find_all(lambda tag: tag.name in WITH_CONTENT or _is_hidden(tag)):
        unseen.decompose()
    for unsaid in soup.find_all(string=_is_unsaid):
        unsaid.extract()
    _mark_quotes(soup)
    try:
        found: str = _Converter(
            heading_style="ATX",
            bullets="-",
            escape_asterisks=False,
            escape_underscores=False,
        ).convert_soup(soup)
    except RecursionError:
        return bare_text(html)
    return "\n".join(line.rstrip() for line in found.replace("\xa0", " ").split("\n")).strip("\n")


def bare_text(html: str) -> str:
    """Return the words of HTML without its form, in time that grows with its length."""
    text = storable(html)[:LONGEST_READ]
    for name in ("head", "style", "script", "title"):
        text = _without(text, name)
    words = _ANY_TAG.sub(" ", _BREAK.sub("\n", text))
    lines = [" ".join(line.split()) for line in unescape(words).split("\n")]
    return "\n".join(lines).strip("\n")


def _without(text: str, name: str) -> str:
    """Return a text without elements that hold no words."""
    kept, begin, small = [], 0, text.lower()
    while (opened := small.find(f"<{name}", begin)) >= 0:
        kept.append(text[begin:opened])
        closed = small.find(f"</{name}", opened)
        begin = len(text) if closed < 0 else closed
    return "".join([*kept, text[begin:]])


def is_crafted(html: str) -> bool:
    """Tell whether so much is left open, or said of one element, that reading costs the square."""
    if _MANY_ATTRIBUTES.search(html[:LONGEST_SHOWN]):
        return True
    unclosed: Counter[str] = Counter()
    total = 0
    for match in _TAG.finditer(html[:LONGEST_SHOWN].lower()):
        name = match[2]
        if name in VOID or name in CLOSED_BY_OTHERS:
            continue
        step = -1 if match[1] else 1
        if step > 0 or unclosed[name] > 0:
            unclosed[name] += step
            total += step
        if total > MOST_UNCLOSED:
            return True
    return False


class _Converter(MarkdownConverter):
    """Turns HTML into the Markdown of our conversations: no pictures, headings with signs."""

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        """Return what a picture is called; it is shown with the mail itself."""
        words = " ".join(str(el.get("alt") or "").split())
        return f"[{words[:100]}]" if words else ""

    def convert_br(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        """Return a new line, which our conversations keep."""
        table = el.find_parent("table")
        return "\n" if table is None or _is_layout(table) else " "

    def convert_table(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Return a table of figures as one; most tables of mails only hold a layout."""
        if _is_layout(el):
            return f"\n\n{text.strip()}\n\n"
        return str(super().convert_table(el, text, parent_tags))  # type: ignore[misc]

    def convert_tr(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Return a row."""
        table = el.find_parent("table")
        if table is None or _is_layout(table):
            return f"{text.strip()}\n"
        return str(super().convert_tr(el, text, parent_tags))  # type: ignore[misc]

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Return a cell."""
        table = el.find_parent("table")
        if table is None or _is_layout(table):
            return f"{text.strip()}\n" if text.strip() else ""
        return str(super().convert_td(el, text, parent_tags))  # type: ignore[misc]


def _is_layout(table: Tag) -> bool:
    """Tell whether a table only puts things side by side."""
    if table.has_attr("data-timshel-layout"):
        return table["data-timshel-layout"] == "1"
    rows = table.find_all("tr", limit=3)
    width = max((len(row.find_all(["td", "th"], recursive=False)) for row in rows), default=0)
    has_blocks = table.find(["table", "p", "div", "ul", "ol", "blockquote"]) is not None
    is_layout = width < 2 or len(rows) < 2 or has_blocks
    table["data-timshel-layout"] = "1" if is_layout else "0"
    return is_layout


def _is_unsaid(text: object) -> bool:
    """Tell whether a text of the source is none of the page: comments, declarations."""
    return isinstance(text, PreformattedString) and not isinstance(text, CData)


def _is_hidden(tag: Tag) -> bool:
    style = str(tag.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or "mso-hide:all" in style


def _closed(html: str) -> str:
    """Return HTML in which every element is closed, as browsers understand it."""
    kept = {"style", "class", "id", "type", "cite", "href", "alt"}
    return nh3.clean(
        storable(html)[:LONGEST_READ],
        tags=set(TAGS),
        clean_content_tags=set(WITH_CONTENT),
        attributes={"*": kept - {"href"}, "a": {"href"}},
        link_rel=None,
        url_schemes={"http", "https", "mailto", "tel"},
    )


def _is_costly(closed: str) -> bool:
    """Tell whether elements lie so deep within each other, or are so many, that it takes long."""
    beside, elements, squares = [0], 0, 0
    for match in _TAG.finditer(closed):
        if match[1]:
            found = beside.pop() if len(beside) > 1 else 0
            squares += found * found
            continue
        elements += 1
        if match[2] in VOID:
            continue
        beside[-1] += 1
        beside.append(0)
        if len(beside) > DEEPEST + 1:
            return True
    squares += sum(found * found for found in beside)
    return elements > MOST_ELEMENTS or squares > MOST_BESIDE


def _mark_quotes(soup: BeautifulSoup) -> None:
    trailing = _holding_the_end(soup)

    def quotes(tag: Tag) -> bool:
        return _quotes_inside(tag, trailing)

    for tag in soup.find_all(quotes):
        if not isinstance(tag, Tag) or tag.find_parent(quotes) is not None:
            continue
        if tag.name == "blockquote":
            tag.name = "div"  # it is shown folded as a whole, and needs no sign on each line
        tag.insert_before(_mark(soup, QUOTE_BEGINS))
        tag.insert_after(_mark(soup, QUOTE_ENDS))
    ruled = soup.find(_rules_off)
    if isinstance(ruled, Tag):
        ruled.insert_before(_mark(soup, QUOTE_BEGINS))


def _mark(soup: BeautifulSoup, sign: str) -> Tag:
    mark = soup.new_tag("p")
    mark.string = sign
    return mark


def _holding_the_end(soup: BeautifulSoup) -> frozenset[int]:
    """Return which elements hold the last words of the mail, by ``id``."""
    last = None
    for text in soup.find_all(string=True):
        if text.strip():
            last = text
    return frozenset(map(id, last.parents)) if last is not None else frozenset()


def _quotes_inside(tag: Tag, trailing: frozenset[int]) -> bool:
    """Tell whether an element holds what was quoted, and nothing else.

    Args:
        tag: the element.
        trailing: the elements that hold the last words: what is quoted at the end is an answer's.
    """
    classes = {str(each).lower() for each in tag.get_attribute_list("class") if each}
    if classes & QUOTING_CLASSES or str(tag.get("id") or "").lower() in QUOTING_IDS:
        return True
    if tag.name != "blockquote":
        return False
    return (
        str(tag.get("type") or "").lower() == "cite" or bool(tag.get("cite")) or id(tag) in trailing
    )


def _rules_off(tag: Tag) -> bool:
    """Tell whether from an element on, all is quoted."""
    if str(tag.get("id") or "").lower() in RULING_IDS:
        return True
    style = str(tag.get("style") or "")[:500]
    return bool(_OUTLOOK_RULE.search(style) or _WINDOWS_MAIL_RULE.search(style))
