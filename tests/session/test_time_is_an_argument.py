"""Nothing in `session` or `plan` asks a clock: the time is an argument."""

import ast
from pathlib import Path

import pytest

import voice_coach

_PACKAGE = Path(voice_coach.__file__).parent
_FILES = sorted(path for room in ("session", "plan") for path in (_PACKAGE / room).rglob("*.py"))
_CLOCKS = {"now", "today", "utcnow", "fromtimestamp"}


@pytest.mark.parametrize("path", _FILES, ids=lambda path: str(path.relative_to(_PACKAGE)))
def test_no_clock_is_read(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    asked = [f.attr for f in calls if isinstance(f, ast.Attribute) and f.attr in _CLOCKS]
    assert asked == []
    imported = [
        alias.name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import)
        for alias in node.names
    ]
    assert not {"time", "random", "os"} & set(imported)
