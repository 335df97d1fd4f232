"""Pictures of what leads where: boxes in layers from top to bottom, with arrows between them."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

BOX_WIDTH, BOX_HEIGHT = 132, 44
ACROSS, DOWN = 20, 40
MARGIN = 8
MOST_IN_ROW = 4
LETTERS = 18
MOST_LINES = 2
LINE = 15
HEAD = 6
APART = 16  # how far from the middle of a box what leads back begins and ends
ARC = 30  # how far an arc over boxes of a row goes out
LANE, MOST_LANES = 8, 6


@dataclass(frozen=True, slots=True)
class Box:
    """Something with a name.

    Args:
        x: of its left side.
        y: of its upper side.
        middle: of its width.
        lines: its name, each line with where it is written.
        is_first: whether all begins there.
    """

    x: int
    y: int
    middle: int
    lines: tuple[tuple[int, str], ...]
    is_first: bool

    @property
    def right(self) -> int:
        """Where its right side is."""
        return self.x + BOX_WIDTH

    @property
    def bottom(self) -> int:
        """Where its lower side is."""
        return self.y + BOX_HEIGHT

    @property
    def level(self) -> int:
        """The middle of its height."""
        return self.y + BOX_HEIGHT // 2


@dataclass(frozen=True, slots=True)
class Arrow:
    """What leads from one box to another.

    Args:
        path: its line.
        head: the corners of its point.
        is_back: whether it leads back, or to where it comes from.
    """

    path: str
    head: str
    is_back: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture with its size."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    box_width: int = BOX_WIDTH
    box_height: int = BOX_HEIGHT


def drawing(
    names: Mapping[str, str], leads: Iterable[tuple[str, str]], *, first: Collection[str] = ()
) -> Drawing:
    """Return a picture.

    Args:
        names: of the boxes, by code.
        leads: from where to where, by code.
        first: the codes with which all begins; where none is told, those to which nothing leads.
    """
    pairs = list(dict.fromkeys(pair for pair in leads if set(pair) <= set(names)))
    rows = [
        layer[start : start + MOST_IN_ROW]
        for layer in _layers(names, pairs, first)
        for start in range(0, len(layer), MOST_IN_ROW)
    ]
    widest = max((len(row) for row in rows), default=0)
    inner = widest * (BOX_WIDTH + ACROSS) - ACROSS
    margin = MARGIN + (ARC if _has_arcs(rows, pairs) else 0)
    boxes: dict[str, Box] = {}
    for position, row in enumerate(rows):
        left = MARGIN + (inner - len(row) * (BOX_WIDTH + ACROSS) + ACROSS) // 2
        for place, code in enumerate(row):
            x = left + place * (BOX_WIDTH + ACROSS)
            y = margin + position * (BOX_HEIGHT + DOWN)
            boxes[code] = _box(names[code], x, y, is_first=code in first)
    right = MARGIN + inner + (ACROSS if any(source == target for source, target in pairs) else 0)
    far = [pair for pair in pairs if _is_far_up(boxes, pair)]
    lanes = {pair: inner + MARGIN + (1 + n % MOST_LANES) * LANE for n, pair in enumerate(far)}
    return Drawing(
        width=max((right, *lanes.values())) + MARGIN,
        height=len(rows) * (BOX_HEIGHT + DOWN) - DOWN + 2 * margin,
        boxes=tuple(boxes.values()),
        arrows=tuple(_arrow(boxes, pair, lanes) for pair in pairs),
    )


def _has_arcs(rows: Sequence[Sequence[str]], pairs: Sequence[tuple[str, str]]) -> bool:
    """Return whether something leads over boxes of its own row."""
    places = {
        code: (number, place) for number, row in enumerate(rows) for place, code in enumerate(row)
    }
    ends = ((places[source], places[target]) for source, target in pairs)
    return any(row == other and abs(place - to) > 1 for (row, place), (other, to) in ends)


def _layers(
    names: Mapping[str, str], pairs: Sequence[tuple[str, str]], first: Collection[str]
) -> list[list[str]]:
    """Return the codes by how many steps they are away from a beginning."""
    reached = {target for source, target in pairs if source != target}
    waiting = [code for code in names if (code in first if first else code not in reached)]
    depths: dict[str, int] = {}
    for code in (*waiting, *names):
        if code not in depths:
            _reach(code, pairs, depths)
    layers: list[list[str]] = [[] for _each in range(max(depths.values(), default=-1) + 1)]
    for code in names:
        layers[depths[code]].append(code)
    return layers


def _reach(code: str, pairs: Sequence[tuple[str, str]], depths: dict[str, int]) -> None:
    """Note how far from a beginning all is that can be reached from there and was not before."""
    depths[code] = 0
    waiting = [code]
    while waiting:
        here = waiting.pop(0)
        for source, target in pairs:
            if source == here and target not in depths:
                depths[target] = depths[here] + 1
                waiting.append(target)


def _box(name: str, x: int, y: int, *, is_first: bool) -> Box:
    written = textwrap.wrap(name, LETTERS, max_lines=MOST_LINES, placeholder="…") or [""]
    top = y + BOX_HEIGHT // 2 - (len(written) - 1) * LINE // 2 + 4
    lines = tuple((top + place * LINE, text) for place, text in enumerate(written))
    return Box(x, y, x + BOX_WIDTH // 2, lines, is_first)


def _is_far_up(boxes: Mapping[str, Box], pair: tuple[str, str]) -> bool:
    source, target = boxes[pair[0]], boxes[pair[1]]
    return source.y - target.y > BOX_HEIGHT + DOWN


def _arrow(
    boxes: Mapping[str, Box], pair: tuple[str, str], lanes: Mapping[tuple[str, str], int]
) -> Arrow:
    source, target = boxes[pair[0]], boxes[pair[1]]
    if pair in lanes:
        return _by_lane(source, target, lanes[pair])
    if source.y < target.y:
        return _down(source, target)
    if source.y > target.y:
        return _up(source, target)
    if source == target:
        return _around(source)
    if abs(source.x - target.x) == BOX_WIDTH + ACROSS:
        return _beside(source, target)
    return _over(source, target)


def _down(source: Box, target: Box) -> Arrow:
    x, y = target.middle, target.y
    bend = DOWN // 2
    path = (
        f"M{source.middle} {source.bottom} C{source.middle} {source.bottom + bend} "
        f"{x} {y - HEAD - bend} {x} {y - HEAD}"
    )
    return Arrow(path, _pointing_down(x, y), is_back=False)


def _up(source: Box, target: Box) -> Arrow:
    """Lead to the row above, beside what leads down from there."""
    start, x, y = source.middle + APART, target.middle + APART, target.bottom
    bend = DOWN // 2
    path = f"M{start} {source.y} C{start} {source.y - bend} {x} {y + HEAD + bend} {x} {y + HEAD}"
    return Arrow(path, _pointing_up(x, y), is_back=True)


def _by_lane(source: Box, target: Box, lane: int) -> Arrow:
    """Lead past the rows between, at the right of all boxes."""
    start, x, y = source.middle + 2 * APART, target.middle + 2 * APART, target.bottom
    path = f"M{start} {source.y} V{source.y - DOWN // 2} H{lane} V{y + DOWN // 2} H{x} V{y + HEAD}"
    return Arrow(path, _pointing_up(x, y), is_back=True)


def _around(box: Box) -> Arrow:
    x, y = box.right, box.level + HEAD
    path = f"M{x} {y - 2 * HEAD} C{x + ACROSS} {y - 2 * HEAD} {x + ACROSS} {y} {x + HEAD} {y}"
    return Arrow(path, _pointing_left(x, y), is_back=True)


def _beside(source: Box, target: Box) -> Arrow:
    """Lead to a neighbour; there is one line for each way."""
    if source.x < target.x:
        x, y = target.x, target.level - HEAD
        head = f"{x},{y} {x - HEAD},{y - 4} {x - HEAD},{y + 4}"
        return Arrow(f"M{source.right} {y} H{x - HEAD}", head, is_back=True)
    x, y = target.right, target.level + HEAD
    return Arrow(f"M{source.x} {y} H{x + HEAD}", _pointing_left(x, y), is_back=True)


def _over(source: Box, target: Box) -> Arrow:
    """Lead over the boxes between: to the right above them, to the left below."""
    if source.x < target.x:
        start, x, y = source.middle + APART, target.middle - APART, target.y
        path = f"M{start} {y} C{start} {y - ARC} {x} {y - ARC} {x} {y - HEAD}"
        return Arrow(path, _pointing_down(x, y), is_back=True)
    start, x, y = source.middle - APART, target.middle + 2 * APART, target.bottom
    path = f"M{start} {y} C{start} {y + ARC} {x} {y + ARC} {x} {y + HEAD}"
    return Arrow(path, _pointing_up(x, y), is_back=True)


def _pointing_down(x: int, y: int) -> str:
    return f"{x},{y} {x - 4},{y - HEAD} {x + 4},{y - HEAD}"


def _pointing_up(x: int, y: int) -> str:
    return f"{x},{y} {x - 4},{y + HEAD} {x + 4},{y + HEAD}"


def _pointing_left(x: int, y: int) -> str:
    return f"{x},{y} {x + HEAD},{y - 4} {x + HEAD},{y + 4}"
