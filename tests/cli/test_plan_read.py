"""`voice-coach plan read`: what is printed, and what is refused in one line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

NOW = ("--now", "2026-11-27T18:30")


@pytest.fixture
def plan_read(tmp_path: Path):
    """`plan_read(*arguments, typed="")` runs the command without settings, with `typed` on its standard input."""

    def run(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "voice_coach", "plan", "read", *arguments],
            check=False,
            env={**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "COLUMNS": "200"},
            capture_output=True,
            text=True,
            input=typed,
        )

    return run


def test_each_phrase_is_an_object_with_its_value(plan_read):
    done = plan_read("thursday at seven", "every evening at nine", "we are separated", *NOW, "--jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    assert list(map(json.loads, done.stdout.splitlines())) == [
        {"phrase": "thursday at seven", "kind": "at", "value": "2026-12-03T19:00", "ask": "half-day"},
        {
            "phrase": "every evening at nine",
            "kind": "rule",
            "value": "FREQ=DAILY;BYHOUR=21;BYMINUTE=0",
            "ask": None,
        },
        {"phrase": "we are separated", "kind": "none", "value": "", "ask": None},
    ]


def test_phrases_come_from_standard_input_too(plan_read):
    done = plan_read("noon", "-", *NOW, typed="tomorrow\n\nnext sunday\n")
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["noon", "time", "12:00"],
        ["tomorrow", "day", "2026-11-28"],
        ["next", "sunday", "day", "2026-12-06", "(which-week?)"],
    ]


@pytest.mark.parametrize(
    ("now", "zone", "wanted"),
    [
        ("2026-11-27T23:30Z", "Europe/Berlin", "2026-11-29"),
        ("2026-11-27T23:30Z", "America/New_York", "2026-11-28"),
        ("2026-11-27T23:30", "Europe/Berlin", "2026-11-28"),
        ("2026-11-27", "Europe/Berlin", "2026-11-28"),
    ],
)
def test_the_present_is_that_of_the_zone(plan_read, now, zone, wanted):
    done = plan_read("tomorrow", "--now", now, "--zone", zone, "--jsonl")
    assert json.loads(done.stdout)["value"] == wanted


def test_without_a_moment_it_is_now(plan_read):
    assert json.loads(plan_read("tomorrow", "--jsonl").stdout)["kind"] == "day"


@pytest.mark.parametrize(
    "wrong",
    [
        ("--now", "yesterday"),
        ("--now", "2026-13-01"),
        ("--now", "9999-12-31T18:30+00:00", "--zone", "Asia/Tokyo"),
        ("--zone", "Europe/Atlantis"),
        ("--zone", "Europe"),
        ("--zone", ""),
    ],
)
def test_what_is_wrong_is_said_in_one_line(plan_read, wrong):
    done = plan_read("tomorrow", *wrong)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith(f"voice-coach: {wrong[0]}")
