"""What the coach tells people to say is what the commands understand, word for word."""

import re
from collections.abc import Callable
from functools import cache

import pytest
import yaml
from hassil import recognize
from hassil.intents import Intents
from support.told_phrases import Told, told_phrases
from support.walk import NAMES

from voice_coach.attention import Mode
from voice_coach.commands.command_set import Commands
from voice_coach.guide import Guide, list_guides, load_guide
from voice_coach.guide.templates import phrases
from voice_coach.guide.types import Choose, Listing
from voice_coach.resources import prompts_dir
from voice_coach.session import Phase
from voice_coach.session.transitions import INTENTS, TABLE

GUIDES = list_guides()
IDS = pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.id)
Understand = Callable[[str], tuple[str, dict[str, object]] | None]


@pytest.fixture(scope="module")
def commands() -> dict[str, object]:
    """The command templates as they are written."""
    text = (prompts_dir() / "commands.yaml").read_text(encoding="utf-8")
    loaded = yaml.safe_load(text)
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture
def understand(guide: Guide, commands: dict[str, object]) -> Understand:
    """Exact matching with the words of this guide."""
    lists = dict(commands["lists"])  # type: ignore[call-overload]
    lists |= {
        "name": {"values": ["anna", "ben"]},
        "choice": {"values": list(guide.choices())},
        "example": {"values": list(guide.examples())},
    }
    intents = Intents.from_dict({**commands, "lists": lists})

    def matched(text: str) -> tuple[str, dict[str, object]] | None:
        found = recognize(text, intents)
        return found and (found.intent.name, {name: slot.value for name, slot in found.entities.items()})

    return matched


def test_every_intent_of_the_session_can_be_said(commands: dict[str, dict[str, object]]) -> None:
    asked = yaml.safe_load((prompts_dir() / "when.yaml").read_text(encoding="utf-8"))
    assert not INTENTS.keys() - commands["intents"].keys() - asked["intents"].keys()


@IDS
def test_choices_and_causes_are_understood(guide: Guide, understand: Understand) -> None:
    for choice in guide.choices():
        assert understand(choice) == ("choose", {"choice": choice})
    for example in guide.examples():
        found = understand(f"note {example}")
        assert found is not None and found[0] == "note", example


@IDS
def test_lengths_that_are_offered_are_understood_and_allowed(guide: Guide, understand: Understand) -> None:
    for part in guide.all_parts:
        for activity in part.activities:
            if not isinstance(activity, Choose) or activity.minutes is None:
                continue
            answers = phrases(activity.ask_minutes[-1])
            assert len(answers) >= 2
            for answer in answers:
                found = understand(answer)
                assert found is not None, answer
                minutes = found[1]["n"]
                assert isinstance(minutes, int)
                assert activity.minutes.least <= minutes <= activity.minutes.most, answer


@cache
def _told(guide_id: str) -> tuple[Commands, tuple[Told, ...]]:
    """The commands for a guide, and all that its lines tell people to say."""
    guide = load_guide(guide_id)
    lists = {"name": NAMES, "choice": guide.choices(), "example": guide.examples()}
    commands = Commands.load(prompts_dir() / "commands.yaml", lists)
    return commands, tuple(told_phrases(guide, commands))


@IDS
def test_what_lines_tell_people_to_say_works_when_they_say_so(guide: Guide) -> None:
    """In every phase in which a line can be heard, with the wake phrase where it is needed and named."""
    commands, found = _told(guide.id)
    useless = {}
    for told in found:
        single = len(commands.words(told.words)) == 1 and told.intent not in told.attend.answers
        needs_call = told.attend.mode is Mode.GUARDED or told.phase is Phase.TELLING or single
        explicit = told.intent in told.attend.explicit and not commands.is_explicit(told.intent, told.words)
        if (needs_call and not told.called) or explicit or (told.phase, told.intent) not in TABLE:
            useless[told.phase, told.line, told.text] = told
    assert not useless, "\n".join(map(str, useless))
    assert len(found) > 100


def test_every_line_that_tells_people_what_to_say_has_been_tried() -> None:
    tried, marked = set(), set()
    for guide in GUIDES:
        tried |= {told.line for told in _told(guide.id)[1]}
        texts = {**guide.texts(), **yaml.safe_load((prompts_dir() / "lines.yaml").read_text("utf-8"))["lines"]}
        marked |= {
            key for key, text in texts.items() if "*" in " ".join(text if not isinstance(text, str) else [text])
        }
    # A choice with a length and without a time: no guide that ships has one.
    assert tried == marked - {"consent-timed"}


@IDS
def test_lists_say_how_to_note_and_how_to_end(guide: Guide, understand: Understand) -> None:
    lists = [a for p in guide.all_parts for a in p.activities if isinstance(a, Listing)]
    assert lists
    for activity in lists:
        said = " ".join(activity.say).lower()
        example = re.search(r"for example, \*(note), ([^.]+)\*\.", said)
        assert example is not None
        assert example[2] in activity.examples
        assert understand(f"note {example[2]}") is not None
        assert "*{wake}, we are done*" in said
