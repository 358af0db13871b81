"""What the coach tells people to say is what the commands understand, word for word."""

import re
from collections.abc import Callable

import pytest
import yaml
from hassil import recognize
from hassil.intents import Intents

from voice_coach.guide import Book, Guide, list_guides
from voice_coach.guide.types import Choose, Listing
from voice_coach.resources import prompts_dir

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


@IDS
def test_choices_and_causes_are_understood(guide: Guide, understand: Understand) -> None:
    for choice in guide.choices():
        assert understand(choice) == ("choose", {"choice": choice})
    for example in guide.examples():
        found = understand(f"note {example}")
        assert found is not None and found[0] == "note", example


@IDS
def test_lengths_that_are_offered_are_understood_and_allowed(guide: Guide, understand: Understand) -> None:
    for part in guide.parts:
        for activity in part.activities:
            if not isinstance(activity, Choose) or activity.minutes is None:
                continue
            offered = activity.ask_minutes[-1].lower().split("say ")[1].rstrip(".")
            if offered.startswith("a number from"):
                answers = offered.removeprefix("a number from ").split(" to ")
            else:
                answers = [answer for answer in re.split(r", (?:or )?|or ", offered) if answer]
            assert len(answers) >= 2, offered
            for answer in answers:
                found = understand(answer)
                assert found is not None, answer
                minutes = found[1]["n"]
                assert isinstance(minutes, int)
                assert activity.minutes.least <= minutes <= activity.minutes.most, answer


# Each phrase that a line or text puts into somebody's mouth, and the intent it must have.
TOLD = {
    "greeting": {"start": "start"},
    "ended-next": {"start": "start"},
    "waiting": {"what's next": "next"},
    "help-idle": {"start": "start", "help": "help", "louder": "louder", "slower": "slower", "goodbye": "stop"},
    "help-open": {
        "what's next": "next",
        "go back": "back",
        "repeat": "repeat",
        "skip": "skip",
        "where are we": "where",
        "why": "why",
        "give us tips": "tips",
        "describe the picture": "picture",
        "we need a break": "pause",
        "goodbye": "stop",
    },
    "help-asked": {"yes": "yes", "no": "no", "repeat": "repeat", "skip": "skip", "we need a break": "pause"},
    "help-guarded": {
        "i'm done": "done",
        "two more minutes": "more_time",
        "how long is left": "time_left",
        "we need a break": "pause",
    },
    "help-pause": {"resume": "resume", "how long is left": "time_left", "goodbye": "stop"},
    "turns-who": {"you choose": "draw"},
    "list-full": {"we are done": "done", "remove the last": "remove_last"},
    "list-few": {"we are done": "done"},
    "consent": {"yes": "yes", "no": "no"},
    "consent-no": {"skip": "skip"},
    "confirm-stop": {"yes": "yes", "no": "no"},
    "pause-offer": {"yes": "yes", "no": "no"},
    "pause-ready": {"yes": "yes", "not yet": "not_yet"},
}


@pytest.mark.parametrize("guide", GUIDES[-1:], ids=lambda guide: guide.id)
def test_what_lines_tell_people_to_say_is_understood(guide: Guide, understand: Understand) -> None:
    book = Book.load(guide)
    values = {"name_a": "Anna", "name_b": "Ben", "name": "Anna", "wake": "hey coach", "title": "a", "what": "a"}
    values |= {"most": "five", "least": "three", "count": "two"}
    for line, phrases in TOLD.items():
        said = " ".join(book.say(line, {**values, "turn_s": 360, "pause_s": 600})).lower()
        for phrase, intent in phrases.items():
            assert phrase in said, (line, phrase)
            found = understand(phrase)
            assert found is not None and found[0] == intent, (line, phrase, found)


@IDS
def test_lists_say_how_to_note_and_how_to_end(guide: Guide, understand: Understand) -> None:
    lists = [a for p in guide.parts for a in p.activities if isinstance(a, Listing)]
    assert lists
    for activity in lists:
        said = " ".join(activity.say).lower()
        example = re.search(r"for example, (note), ([^.]+)\.", said)
        assert example is not None
        assert example[2] in activity.examples
        assert understand(f"note {example[2]}") is not None
        assert "we are done" in said
