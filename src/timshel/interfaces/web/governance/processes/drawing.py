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
LOOP, LOOP_STEP, MOST_LOOPS = 18, 7, 8


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
    boxes: dict[str, Box] = {}
    for position, row in enumerate(rows):
        left = MARGIN + (inner - len(row) * (BOX_WIDTH + ACROSS) + ACROSS) // 2
        for place, code in enumerate(row):
            x = left + place * (BOX_WIDTH + ACROSS)
            y = MARGIN + position * (BOX_HEIGHT + DOWN)
            boxes[code] = _box(names[code], x, y, is_first=code in first)
    backs = [pair for pair in pairs if not _leads_down(boxes, pair)]
    side = LOOP + min(len(backs), MOST_LOOPS) * LOOP_STEP if backs else 0
    return Drawing(
        width=inner + 2 * MARGIN + side,
        height=len(rows) * (BOX_HEIGHT + DOWN) - DOWN + 2 * MARGIN,
        boxes=tuple(boxes.values()),
        arrows=tuple(_arrow(boxes, pair, backs) for pair in pairs),
    )


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


def _leads_down(boxes: Mapping[str, Box], pair: tuple[str, str]) -> bool:
    source, target = pair
    return boxes[source].y < boxes[target].y


def _arrow(
    boxes: Mapping[str, Box], pair: tuple[str, str], backs: Sequence[tuple[str, str]]
) -> Arrow:
    source, target = boxes[pair[0]], boxes[pair[1]]
    if pair not in backs:
        x, y = target.middle, target.y
        start = source.y + BOX_HEIGHT
        path = (
            f"M{source.middle} {start} C{source.middle} {start + DOWN // 2} "
            f"{x} {y - HEAD - DOWN // 2} {x} {y - HEAD}"
        )
        return Arrow(path, f"{x},{y} {x - 4},{y - HEAD} {x + 4},{y - HEAD}", is_back=False)
    x, y = target.right, target.level + 6
    out = max(source.right, x) + LOOP + (backs.index(pair) % MOST_LOOPS) * LOOP_STEP
    start = source.level - 6
    path = f"M{source.right} {start} C{out} {start} {out} {y} {x + HEAD} {y}"
    return Arrow(path, f"{x},{y} {x + HEAD},{y - 4} {x + HEAD},{y + 4}", is_back=True)
