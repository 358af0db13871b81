"""Rehearsal scripts: what can be written, and one line that says where and what was expected when it cannot."""

from pathlib import Path

import pytest

from voice_coach.errors import ScriptError
from voice_coach.rehearsal.script import (
    After,
    Expect,
    ExpectNone,
    Pattern,
    Saying,
    Talking,
    Wait,
    parse_script,
    read_script,
)
from voice_coach.resources import rehearsals_dir

EVERYTHING = """
# A script with everything
names: Anna, Ben            # and a remark
turn: 5 minutes
pause: 90 s
grace: 0 s
breath: 2.5 s
guide: reconnect
wake: dear coach
seed: 7

Anna: start
Ben (while the coach speaks): hey coach: louder, please
Anna talks 1.5 min
Ben talks until chime one-minute within 4 min
after 90 s
wait for said guide/causes/*
wait for turn start name=Anna left_s=299..301 within 40 min
expect heard pause
expect said turn-change within 2 s
expect no ignored no-match for 20 s
expect nothing said
"""


def test_everything_that_can_be_written() -> None:
    script = parse_script(EVERYTHING, "everything")
    assert script.names == ("Anna", "Ben")
    assert script.seed == 7
    assert script.settings == {
        "turn_minutes": 5.0,
        "pause_minutes": 1.5,
        "grace_seconds": 0.0,
        "breath_seconds": 2.5,
        "guide": "reconnect",
        "wake_phrase": "dear coach",
    }
    assert script.statements == (
        Saying(12, 0, "start"),
        Saying(13, 1, "hey coach: louder, please", over=True),
        Talking(14, 0, 90.0),
        Talking(15, 1, 240.0, Pattern("chime", "one-minute")),
        After(16, 90.0),
        Wait(17, Pattern("said", "guide/causes/*"), 1200.0),
        Wait(18, Pattern("turn", "start", (("name", "Anna"), ("left_s", "299..301"))), 2400.0),
        Expect(19, Pattern("heard", "pause"), 10.0),
        Expect(20, Pattern("said", "turn-change"), 2.0),
        ExpectNone(21, Pattern("ignored", "no-match"), 20.0),
        ExpectNone(22, Pattern("said"), 0.0),
    )


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", None, "expected at least one statement"),
        ("# only a remark\nnames: Anna, Ben", None, "expected at least one statement, as in `Anna: start`"),
        ("names: Anna", 1, "expected two different names"),
        ("names: Anna, anna", 1, "expected two different names"),
        ("names: Anna, Ben, Cleo", 1, "expected two different names"),
        ("turn: soon", 1, "expected a span of time, as in `90 s` or `5 minutes`, got `soon`"),
        ("turn: 5 min\nturn: 6 min", 2, "expected the setting `turn` only once"),
        ("seed: three", 1, "expected a whole number after `seed:`, got `three`"),
        ("wake:", 1, "expected something after `wake:`"),
        ("Alex: start\nturn: 5 min", 2, "expected the setting `turn` before the first statement"),
        ("Cleo: start", 1, "expected Alex or Sam to speak, or a setting, got `Cleo`"),
        ("Alex:", 1, "expected NAME: words"),
        ("Alex sings 5 s", 1, "expected NAME: words, NAME talks, after, at, wait, expect"),
        ("Alex talks a lot", 1, "expected a span of time"),
        ("\n\nafter lunch", 3, "expected a span of time"),
        ("after 5 hours", 1, "expected a span of time"),
        ("wait for dinner", 1, "expected one of heard, ignored, said, chime, turn, pause, step, note, end"),
        ("expect said one two", 1, "expected one name after `said`, got `one two`"),
        ("expect turn left_s=", 1, "expected KEY=VALUE or KEY=LEAST..MOST"),
        ("expect turn left_s=a..b", 1, "expected KEY=VALUE or KEY=LEAST..MOST"),
        ("expect said x for 2 s", 1, "expected `within` before the span of time, got `for`"),
        ("expect nothing said within 2 s", 1, "expected `for` before the span of time, got `within`"),
        ("expect", 1, "expected one of heard"),
        ("wait for", 1, "expected"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text: str, line: int | None, said: str) -> None:
    with pytest.raises(ScriptError) as error:
        parse_script(text, "talk.txt")
    message = str(error.value)
    assert message.startswith("talk.txt:" if line is None else f"talk.txt:{line}: ")
    assert said in message
    assert "\n" not in message


def test_files_that_are_no_scripts(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match=r"nowhere\.txt: cannot be read: No such file"):
        read_script(tmp_path / "nowhere.txt")
    sound = tmp_path / "sound.wav"
    sound.write_bytes(b"RIFF\xff\xfe\x80\x81")
    with pytest.raises(ScriptError, match=r"sound\.wav: expected text in UTF-8"):
        read_script(sound)


@pytest.mark.parametrize("path", sorted(rehearsals_dir().glob("*.txt")), ids=lambda p: p.stem)
def test_shipped_scripts_say_what_they_are_about_and_expect_something(path: Path) -> None:
    script = read_script(path)
    assert path.read_text(encoding="utf-8").startswith("# ")
    assert sum(isinstance(s, Expect | ExpectNone) for s in script.statements) >= 5


@pytest.mark.parametrize(
    ("pattern", "entry", "fits"),
    [
        (Pattern("said"), {"t": 1.0, "kind": "said", "line": "sorry"}, True),
        (Pattern("said", "sorry"), {"t": 1.0, "kind": "said", "line": "sorry"}, True),
        (Pattern("said", "guide/*"), {"t": 1.0, "kind": "said", "line": "guide/tips"}, True),
        (Pattern("said", "sorry"), {"t": 1.0, "kind": "heard", "intent": "sorry"}, False),
        (Pattern("heard", "pause"), {"t": 1.0, "kind": "heard", "intent": "pause", "slots": {}}, True),
        (
            Pattern("heard", None, (("step", "5"),)),
            {"kind": "heard", "intent": "go_to", "slots": {"step": 5}},
            True,
        ),
        (
            Pattern("heard", None, (("step", "5"),)),
            {"kind": "heard", "intent": "go_to", "slots": {"step": 6}},
            False,
        ),
        (
            Pattern("turn", "start", (("left_s", "59..61"),)),
            {"kind": "turn", "what": "start", "left_s": 60.0},
            True,
        ),
        (
            Pattern("turn", "start", (("left_s", "61..62"),)),
            {"kind": "turn", "what": "start", "left_s": 60.0},
            False,
        ),
        (Pattern("turn", "start", (("left_s", "60"),)), {"kind": "turn", "what": "start", "left_s": 60.0}, True),
        (Pattern("turn", "time", (("left_s", "1..2"),)), {"kind": "turn", "what": "time"}, False),
        (Pattern("turn", None, (("name", "anna"),)), {"kind": "turn", "what": "time", "name": "Anna"}, True),
        (Pattern("step", "3"), {"kind": "step", "number": 3}, True),
        (Pattern("end"), {"kind": "end"}, True),
    ],
)
def test_patterns(pattern: Pattern, entry: dict[str, object], fits: bool) -> None:
    assert pattern.fits(entry) is fits
