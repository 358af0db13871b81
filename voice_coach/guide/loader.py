"""Guides from `prompts/<language>/guides/*.yaml`, checked so far that the session and the book can trust them."""

from collections.abc import Iterator
from pathlib import Path

from voice_coach.documents import Document, Where
from voice_coach.errors import PromptError
from voice_coach.guide.templates import check
from voice_coach.guide.types import Guide
from voice_coach.resources import languages, prompts_dir


def load_guide(guide_id: str, language: str = "en", folder: Path | None = None) -> Guide:
    """The guide of that id, from `folder` (default: the language's prompts), which holds `guides/`.

    Raises PromptError, in one line: the file, line and key, what was expected and what was found.
    """
    guides = _folder(language, folder)
    known = _ids(guides)
    if guide_id not in known:
        raise PromptError(f"{guides}: expected a guide, one of {', '.join(known) or '(none)'}; found {guide_id!r}")
    return read_guide(guides / f"{guide_id}.yaml")


def list_guides(language: str = "en", folder: Path | None = None) -> list[Guide]:
    """All guides there are, by id. Raises PromptError as `load_guide` does."""
    guides = _folder(language, folder)
    return [read_guide(guides / f"{guide_id}.yaml") for guide_id in _ids(guides)]


def read_guide(path: Path) -> Guide:
    """The guide in a file, wherever that lies. Raises PromptError as `load_guide` does."""
    document = Document(path)
    guide = document.parse(Guide)
    if guide.id != path.stem:
        raise document.error(("id",), f"expected {path.stem!r} as the file is called, found {guide.id!r}")
    for where, sentences, allowed in _texts(guide):
        if problem := check(sentences, allowed):
            raise document.error(where, problem)
    return guide


def _folder(language: str, folder: Path | None) -> Path:
    """Where the guides lie. Raises PromptError for a language without prompts, naming those there are."""
    if folder is None and language not in (known := languages()):
        raise PromptError(f"expected a language that has prompts, one of {', '.join(known)}; found {language!r}")
    return (folder or prompts_dir(language)) / "guides"


def _ids(guides: Path) -> list[str]:
    return sorted(path.stem for path in guides.glob("*.yaml"))


def _texts(guide: Guide) -> Iterator[tuple[Where, tuple[str, ...], frozenset[str]]]:
    """Every text of the guide with its place in the file and the placeholders it may use."""
    nothing: frozenset[str] = frozenset()
    for name in ("title", "about"):
        yield (name,), (getattr(guide, name),), nothing
    for name in ("tips", "safety"):
        yield (name,), getattr(guide, name), nothing
    places: list[tuple[str | int, ...]] = [
        ("opening",),
        *(("steps", number) for number in range(len(guide.steps))),
        ("closing",),
        *(("reviews", number) for number in range(len(guide.reviews))),
    ]
    for part, place in zip(guide.all_parts, places, strict=True):
        yield (*place, "title"), (part.title,), nothing
        for name in ("say", "why", "picture"):
            if name in type(part).model_fields:
                yield (*place, name), getattr(part, name), nothing
        for number, activity in enumerate(part.activities):
            at = (*place, "activities", number)
            yield (*at, "title"), (activity.title,), nothing
            for name, sentences in activity.spoken().items():
                inside = () if name in type(activity).model_fields else ("promise",)
                yield (*at, *inside, name), sentences, activity.placeholders(name)
    if guide.weekly is not None:
        for name in ("message", "progress"):
            yield ("weekly", name), getattr(guide.weekly, name), nothing
