"""`python -m scripts.draw`: writes docs/session.md, the drawing of the rooms in docs/architecture.md and
docs/terminal.svg.
"""

from pathlib import Path

from scripts.draw import rooms, session, terminal

DOCS = Path(__file__).parents[2] / "docs"


def drawn(docs: Path = DOCS) -> dict[Path, str]:
    """The files that are drawn, with what belongs in them."""
    architecture = docs / "architecture.md"
    return {
        docs / "session.md": session.page(),
        architecture: rooms.put_into(architecture.read_text(encoding="utf-8")),
        docs / "terminal.svg": terminal.picture(),
    }


if __name__ == "__main__":
    for file, text in drawn().items():
        file.write_text(text, encoding="utf-8")
