"""Whatever is wrong in prompts/ is told in one line: the file, the line, the key and what was expected."""

from pathlib import Path

import pytest

from voice_coach.errors import PromptError
from voice_coach.guide import Book, list_guides, load_guide


def damage(path: Path, old: str, new: str) -> int:
    """Replace `old`, which must be there once; returns its line, counted from 1."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (old, text.count(old))
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


GUIDE_DAMAGE = [
    # what is replaced, by what, lines further down that the message names, what it says
    (
        "{least: 5, most: 7, usual: 6}",
        "{least: five, most: 7}",
        0,
        "steps.1.activities.0.minutes.least: expected ",
    ),
    ("{least: 5, most: 7, usual: 6}", "{least: 7, most: 5}", 0, "minutes: expected least <= usual <= most"),
    ("{least: 5, most: 7, usual: 6}", "{most: 7}", 0, "minutes.least: expected this key, found none"),
    ("        - Now your phones.\n", "        - 7\n", None, "opening.activities.0.ask.0: expected "),
    ("on_no: end", "on_no: stop", 0, "opening.activities.1.on_no: expected 'end' or 'skip', found 'stop'"),
    ("on_no: end", "onno: end", 0, "opening.activities.1.on"),
    ("      timer_minutes: 30\n", "", None, "opening.activities.0: expected both timer_minutes and timer_done"),
    (
        "kind: turns\n        id: turns\n        title: your",
        "kind: talk\n        id: turns\n        title: your",
        0,
        "expected kind to be one of 'tell', 'ask'",
    ),
    (
        "kind: turns\n        id: turns\n        title: your",
        "sort: turns\n        id: turns\n        title: your",
        0,
        "steps.1.activities.0: expected a kind",
    ),
    ("id: weekend-ritual", "id: nightly-ritual", None, "steps.3: expected every activity of a part to have an id"),
    ("id: hug", "id: A Hug", 0, "steps.4.activities.1.id: expected "),
    ("title: a calm check-in", "title: a calm {what}", 0, "steps.0.title: expected no placeholder, found {what}"),
    ("- Hold each other now.", "- Hold {name} now.", -1, "begin: expected no placeholder, found {name}"),
    ("- Hold each other now.", "- Hold {each other now.", -1, "expected placeholders like {name}, found "),
    ("- Hold each other now.", "- 'Hold {} now.'", -1, "expected placeholders like {name}, found "),
    ("- Hold each other now.", "- 'Hold {name!r} now.'", -1, "expected placeholders like {name}, found "),
    (
        "kept it: {choice}, for {minutes} minutes",
        "{choice}, {hours}",
        -1,
        "expected only {choice}, {minutes}, f",
    ),
    ("    title: a calm check-in\n", "    title: 7\n", 0, "title: expected text, found 7; put it in quotes"),
    ("{least: 5, most: 7, usual: 6}", "{least: five, most: 7}", 0, "least: expected a number, found 'five'"),
    ("{least: 5, most: 7, usual: 6}", "{least: true, most: 7}", 0, "least: expected a number, found True"),
    ("{least: 5, most: 7, usual: 6}", "{least: 5, most: .inf}", 0, "most: expected a number, found inf"),
    ("timer_minutes: 30", "timer_minutes: true", 0, "timer_minutes: expected a number, found True"),
    ("items: {least: 3, most: 5}", "items: {least: 3.5, most: 5}", None, "expected whole numbers of items"),
    ("{least: 5, most: 7, usual: 6}", "7", 0, "minutes: expected keys with values, found 7"),
    ("id: reconnect", "id: connect", 0, "id: expected 'reconnect' as the file is called, found 'connect'"),
    ("about: Seven", "abuot: Seven", 0, "abuot: expected no such key"),
    ("tips:\n", "tips:\n  - [a]\n", 1, "tips.0: expected "),
    ("closing:\n", "opening: {}\nclosing:\n", 0, "opening: expected each key once, found it again"),
    ("    title: a calm check-in\n", "    title: a\n    title: b\n", 1, "steps.0.title: expected each key once"),
    (
        "    title: a calm check-in\n",
        "    title: a: b\n",
        0,
        "expected valid YAML: mapping values are not allowed",
    ),
    ("    title: a calm check-in\n", '    title: "a\n', None, "expected valid YAML: "),
    ("    title: a calm check-in\n", "    title: *nobody\n", 0, "expected valid YAML: found undefined alias"),
    (
        "          weeks: 4\n          part: evening\n",
        "          part: evening\n",
        None,
        "promise: expected weeks for a promise",
    ),
    (
        "          within_days: 14\n",
        "          within_days: 14\n          weeks: 2\n",
        None,
        "expected within_days for a",
    ),
    ("          within_days: 14\n", "          within_days: 0\n", 0, "promise.within_days: expected "),
    (
        "          within_days: 14\n",
        "          within_days: 14\n          weekly: true\n",
        None,
        "weekly for a ritual",
    ),
    (
        "at_once: right now",
        "at_once: tonight",
        None,
        "expected promise.at_once to be one of the options, found 'ton",
    ),
    ("*saturday at three*", "*saturday at {hour}*", -2, "promise.ask_when: expected no placeholder, found {hour}"),
    ("a cup of cocoa", "three good things", None, "expected every option once, found 'three good things' again"),
    ("id: after-four-weeks", "id: after-two-weeks", None, "expected every part to have an id of its own"),
    ("id: after-four-weeks", "id: closing", None, "expected every part to have an id of its own"),
    ("    weeks: 2\n", "    weeks: 9\n", None, "expected the reviews in the order of their weeks"),
    ("    weeks: 2\n", "    weeks: 0\n", 0, "reviews.0.weeks: expected "),
    (
        "    - What got a little better this week?",
        "    - What got better, {name}?",
        -1,
        "weekly.progress: expected no pl",
    ),
    ("what is worth keeping", "what is {worth} keeping", -2, "reviews.1.say: expected no placeholder, found"),
    ("  message_times: 2\n", "  message_times: 8\n", 0, "weekly.message_times: expected "),
    ("of: reviews", "of: rituals", 0, "of: expected 'reviews', found 'rituals'"),
    ("    title: a calm check-in\n", "    title: !!python/name:os.system\n", 0, "expected valid YAML: could not"),
]


@pytest.mark.parametrize(("old", "new", "further", "said"), GUIDE_DAMAGE)
def test_a_damaged_guide(prompts: Path, old: str, new: str, further: int | None, said: str) -> None:
    path = prompts / "guides" / "reconnect.yaml"
    line = damage(path, old, new)
    with pytest.raises(PromptError) as caught:
        load_guide("reconnect", folder=prompts)
    message = str(caught.value)
    assert said in message
    assert "\n" not in message
    if further is None:
        assert message.startswith(f"{path}:")
    else:
        assert message.startswith(f"{path}:{line + further}: ")


LINES_DAMAGE = [
    ("  turn-finish: Finish your sentence.\n", "", None, "lines.turn-finish: expected this line, found none"),
    ("  turn-finish:", "  turn-finnish:", 0, "lines.turn-finnish: expected no such line"),
    (
        "  turn-finish:",
        "  turn-extra-extra: And more.\n  turn-finish:",
        0,
        "turn-extra-extra: expected no such line",
    ),
    ("  turn-finish:", "  turn-change: Finish.\n  turn-finish:", None, "turn-change: expected each key once"),
    ("Next comes {title}.", "Next comes {tilte}.", 0, "lines.next: expected only {title}, found {tilte}"),
    ("Finish your sentence.", "Finish, {name}.", 0, "lines.turn-finish: expected no placeholder, found {name}"),
    ("Finish your sentence.", "[]", 0, "lines.turn-finish: expected at least one sentence, found none"),
    ("Finish your sentence.", "12", 0, "lines.turn-finish: expected text, or a list of it, found 12; put it in"),
    (
        "Finish your sentence.",
        "true",
        0,
        "finish: expected text, or a list of it, found true; put it in quotes",
    ),
    ("Finish your sentence.", "", 0, "lines.turn-finish: expected text, or a list of it, found nothing"),
    ("Finish your sentence.", "[a, 1]", 0, "lines.turn-finish.1: expected text, found 1; put it in quotes"),
    ("Finish your sentence.", "2024-01-01", 0, "found 2024-01-01; put it in quotes"),
    ("  hour: {one: hour, many: hours}\n", "  hour: {one: hour}\n", 0, "speech.hour.many: expected this key"),
    ("speech:\n", "speeches:\n", 0, "speeches: expected no such key (and 1 more)"),
]


@pytest.mark.parametrize(("old", "new", "further", "said"), LINES_DAMAGE)
def test_damaged_lines(prompts: Path, old: str, new: str, further: int | None, said: str) -> None:
    path = prompts / "lines.yaml"
    line = damage(path, old, new)
    with pytest.raises(PromptError) as caught:
        Book.load(load_guide("reconnect"), folder=prompts)
    message = str(caught.value)
    assert said in message
    assert "\n" not in message
    if further is None:
        assert message.startswith(f"{path}:")
    else:
        assert message.startswith(f"{path}:{line + further}: ")


def test_an_unknown_guide_names_those_there_are() -> None:
    with pytest.raises(PromptError, match=r"one of apologise-friend, .*, reconnect; found 'disconnect'"):
        load_guide("disconnect")


@pytest.mark.parametrize("guide_id", ["../lines", "", ".", "reconnect.yaml", "a\nb", "/etc/passwd"])
def test_a_guide_id_is_not_a_path(guide_id: str) -> None:
    with pytest.raises(PromptError) as caught:
        load_guide(guide_id)
    assert "\n" not in str(caught.value)


def test_an_unknown_language() -> None:
    for language in ("tlh", "../en", "/dev", "."):
        with pytest.raises(PromptError, match=r"expected a language that has prompts, one of en; found"):
            load_guide("reconnect", language=language)
        with pytest.raises(PromptError, match=r"expected a language that has prompts"):
            list_guides(language)


def test_a_folder_in_place_of_a_file(prompts: Path) -> None:
    (prompts / "lines.yaml").unlink()
    (prompts / "lines.yaml").mkdir()
    with pytest.raises(PromptError, match=r"lines\.yaml: expected readable UTF-8 text: Is a directory$"):
        Book.load(load_guide("reconnect"), folder=prompts)


def test_no_lines_at_all(prompts: Path) -> None:
    (prompts / "lines.yaml").unlink()
    with pytest.raises(PromptError, match=r"lines\.yaml: expected a file here, found none"):
        Book.load(load_guide("reconnect"), folder=prompts)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "expected keys with values, found nothing"),
        (b"- a\n- b\n", "expected keys with values, found a list"),
        (b"hello\n", "expected keys with values, found a single value"),
        (b"\xff\xfe\x00", "expected readable UTF-8 text"),
        (b"a: \x00", "expected readable UTF-8 text"),
        (b"? [a]\n: b\n", "1: ?: expected a word as the key, found a list"),
        (b"a: 1\n---\nb: 2\n", "expected valid YAML: expected a single document"),
        (b"1: 2\n", "expected "),
        (b"a: &x [*x]\n", "expected a few levels"),
        (b"[" * 5000, "expected "),
    ],
)
def test_files_that_are_no_prompts(prompts: Path, content: bytes, said: str) -> None:
    path = prompts / "guides" / "reconnect.yaml"
    path.write_bytes(content)
    with pytest.raises(PromptError) as caught:
        load_guide("reconnect", folder=prompts)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
