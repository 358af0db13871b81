"""The rooms and what they import, read from the code: a Mermaid flowchart and a table."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

_PACKAGE = Path(__file__).parents[2] / "voice_coach"
_BEGIN, _END = "<!-- drawn by scripts/draw -->", "<!-- end of what is drawn -->"


def imports() -> dict[str, set[str]]:
    """For each room and each module beside the rooms, what it imports of the others."""
    found: dict[str, set[str]] = {}
    for file in sorted(_PACKAGE.rglob("*.py")):
        place = file.relative_to(_PACKAGE).parts[0].removesuffix(".py")
        if place.startswith("_"):
            continue
        known = {name for name in _imported(file) if name != place and not name.startswith("_")}
        found.setdefault(place, set()).update(known)
    return found


def rooms() -> list[str]:
    """The names of the rooms, which are packages."""
    return sorted(folder.parent.name for folder in _PACKAGE.glob("*/__init__.py"))


def diagram() -> str:
    """A flowchart of the rooms, in Mermaid. An arrow that follows from others is left out."""
    known = {room: {other for other in others if other in rooms()} for room, others in imports().items()}
    lines = ["```mermaid", "flowchart TD"]
    for room in rooms():
        indirect = set().union(*(_reached(known, other) for other in known[room]))
        lines += [f"    {room} --> {other}" for other in sorted(known[room] - indirect)]
    return "\n".join([*lines, "```"])


def table() -> str:
    """All imports, a row for each room."""
    lines = ["| room | imports of the rooms | and of the modules beside them |", "|---|---|---|"]
    for room, others in imports().items():
        if room in rooms():
            inside, beside = (sorted(others & set(rooms())), sorted(others - set(rooms())))
            lines.append(f"| `{room}` | {', '.join(inside) or '-'} | {', '.join(beside) or '-'} |")
    return "\n".join(lines)


def put_into(page: str) -> str:
    """The page with diagram and table between its two marks. Raises ValueError where they are missing."""
    marked = re.compile(f"{re.escape(_BEGIN)}.*{re.escape(_END)}", re.DOTALL)
    if not marked.search(page):
        raise ValueError(f"expected {_BEGIN} and {_END}")
    drawing = f"{_BEGIN}\n{diagram()}\n\n{table()}\n{_END}"
    return marked.sub(lambda _: drawing, page)


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "voice_coach":
            names = [f"voice_coach.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        yield from (name.split(".")[1] for name in names if name.startswith("voice_coach."))


def _reached(known: Mapping[str, set[str]], room: str) -> set[str]:
    return known[room].union(*(_reached(known, other) for other in known[room]))
