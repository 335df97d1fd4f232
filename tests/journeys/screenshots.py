"""Pictures of every page, wide and on a phone, light and dark, in each language, to be looked at.

Run ``python -m tests.journeys.screenshots FOLDER``, with names of pages to take only those; see
``pages.py`` and ``channel_pages.py`` for the names.
"""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path

import click
import django
from playwright.sync_api import sync_playwright


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.argument("names", nargs=-1)
@click.option("--language", "languages", multiple=True, default=("en", "fr"), show_default=True)
@click.option("--width", "widths", type=int, multiple=True, default=(1440, 390), show_default=True)
@click.option("--theme", "themes", multiple=True, default=("light", "dark"), show_default=True)
@click.option("--whole/--window", default=True, help="The whole page, or what a window shows.")
def main(
    folder: Path,
    names: tuple[str, ...],
    languages: tuple[str, ...],
    widths: tuple[int, ...],
    themes: tuple[str, ...],
    *,
    whole: bool,
) -> None:
    """Take pictures of pages into FOLDER, each named page-language-width-theme.png."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timshel.config.settings")
    django.setup()
    from tests.journeys.browser import HEIGHTS, launch
    from tests.journeys.house import open_house
    from tests.journeys.openers import STRANGER
    from tests.journeys.pages import PAGES
    from tests.journeys.reception import Doors

    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, open_house() as house:
        doors = Doors(launch(playwright), house)
        for language, name in product(languages, names or PAGES):
            username = PAGES[name].username
            if username == STRANGER:
                visitor = doors.stranger(language=language)
            else:
                visitor = doors.person(username, language=language)
            PAGES[name].open(visitor)
            for width, theme in product(widths, themes):
                visitor.page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 900)})
                visitor.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
                path = folder / f"{name}-{language}-{width}-{theme}.png"
                visitor.page.screenshot(path=path, full_page=whole)
            visitor.context.close()
            click.echo(f"{name} ({language})")


if __name__ == "__main__":
    main()
