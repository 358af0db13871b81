"""What docs/ derives from the code is up to date, and says what the code says."""

from pathlib import Path

import pytest

from scripts.draw import rooms
from scripts.draw.__main__ import drawn
from voice_coach.session import Phase
from voice_coach.session.transitions import ROWS, SAME

DOCS = Path(__file__).parents[2] / "docs"


def test_what_is_drawn_is_as_the_code_is_now() -> None:
    stale = [file.name for file, text in drawn().items() if file.read_text(encoding="utf-8") != text]
    assert not stale, "draw them anew: .venv/bin/python -m scripts.draw"


def test_every_phase_and_every_trigger_that_leads_elsewhere_is_on_the_page() -> None:
    page = (DOCS / "session.md").read_text(encoding="utf-8")
    assert not [phase for phase in Phase if f"| `{phase}` |" not in page]
    leading = {trigger for row in ROWS if set(row.to) != {SAME} for trigger in row.triggers.split()}
    drawings = "".join(page.split("```mermaid")[1:])
    assert not [trigger for trigger in leading if trigger not in drawings]


def test_a_page_without_a_place_for_the_drawing_is_refused() -> None:
    with pytest.raises(ValueError, match="expected <!-- drawn"):
        rooms.put_into("# Architecture")


def test_the_picture_loads_nothing() -> None:
    picture = (DOCS / "terminal.svg").read_text(encoding="utf-8")
    assert "url(" not in picture.replace("url(#", "")
    assert "how&#160;long&#160;is&#160;left" in picture
