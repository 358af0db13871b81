"""`voice-coach plan`: seeing, adding, resting and forgetting, on a real journal."""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from cli.conftest import Command
from support.memory import CALENDAR, found

from voice_coach.cli.plan_view import WIDTH, glance, rule_in_words
from voice_coach.journal import Entry, Journal, exports
from voice_coach.plan.changes import take_break
from voice_coach.plan.types import Improvement, Kind, Occurrence, Outcome, Plan, Promise, Record, Rule
from voice_coach.session import Options, Phase, State
from voice_coach.session.state import Line, Note, Place

BEGAN = datetime(2026, 11, 27, 18, 30, tzinfo=UTC)
FIRST = date(2026, 11, 27)
TEA = Promise(
    "tea-1",
    Kind.RITUAL,
    "a cup of tea together, with the window open and no phones",
    Rule(FIRST, (time(21),), count=28),
    "Europe/Berlin",
    10,
    made=BEGAN,
)
WALK = Promise("walk-1", Kind.RITUAL, "a walk", Rule(FIRST, (time(10),), (6,), count=4), "Europe/Berlin", 20)
REVIEW = Promise(
    "review-3", Kind.REVIEW, "the last look", Rule(date(2027, 1, 22), (time(19),), count=1), WALK.zone
)
PLAN = Plan(
    (TEA, WALK, REVIEW),
    (
        Record(Occurrence("tea-1", FIRST, time(21)), Outcome.KEPT, BEGAN),
        Record(Occurrence("tea-1", FIRST + timedelta(1), time(21)), Outcome.SKIPPED, BEGAN),
        Record(Occurrence("tea-1", FIRST + timedelta(2), time(21)), Outcome.MISSED, BEGAN),
    ),
    improvements=(Improvement(BEGAN, "we laughed about the umbrella", "Anna"),),
    began=BEGAN,
)
STATE = State(
    "reconnect",
    Options(("Anna", "Ben")),
    Place(Phase.PAUSED),
    notes=(Note(3, "long work hours"), Note(3, "the blue umbrella of Lisbon")),
    plan=PLAN,
)


@contextmanager
def _running(folder: Path, state: State = STATE) -> Iterator[Journal]:
    """The journal as the running coach has it."""
    with Journal.open(folder) as journal:
        journal.save(
            state.to_json(),
            [Entry(BEGAN, "planned", {"promise": "walk-1"}), Entry(BEGAN, "kept", {"promise": "tea-1"})],
        )
        yield journal


def _kept(folder: Path) -> tuple[State, list[Entry]]:
    with Journal.open(folder) as journal:
        return State.from_json(journal.load() or ""), journal.entries()


def test_the_eight_weeks_fit_a_terminal_and_say_what_became_of_each() -> None:
    lines = [*glance(STATE, BEGAN + timedelta(days=4))]
    assert max(map(len, lines)) <= WIDTH < 80
    text = "\n".join(lines)
    assert "Week 1, Fri 27 Nov 2026 to Thu 3 Dec 2026, this week" in text
    week = " ".join(text[text.index("Week 1") : text.index("Week 2")].split())
    assert "Fri 21:00 kept; Sat 21:00 let be; Sun Mon 21:00 passed by; Tue Wed Thu 21:00 to come" in week
    assert "Sun 10:00 passed by" in week
    assert "Week 9, Fri 22 Jan 2027" in text, "the last review comes after eight whole weeks"
    assert "Week 6" not in text, "nothing comes then"
    assert not re.search(r"\d+ ?%|streak|score|missed", text)
    assert "i1             better: we laughed about the umbrella (Anna)" in lines
    assert "n2             note: the blue umbrella of Lisbon" in lines


def test_the_notes_of_earlier_talks_are_shown_and_forgotten(plan: Command, memory: Path) -> None:
    earlier = State("reconnect", STATE.options, archive=STATE.notes, notes=(Note(3, "zanzibar elephants"),))
    texts = ["long work hours", "the blue umbrella of Lisbon", "zanzibar elephants"]
    with _running(memory, earlier):
        pass
    assert plan("show").stdout.splitlines() == [f"n{n:<13} note: {text}" for n, text in enumerate(texts, 1)]
    assert json.loads(plan("show", "--json").stdout)["notes"] == texts
    assert plan("forget", "n2", "--yes").returncode == 0
    assert found(memory, texts[1]) == []
    left = _kept(memory)[0]
    assert ([n.text for n in left.archive], [n.text for n in left.notes]) == (texts[:1], texts[2:])
    assert plan("forget", "n2", "--yes").returncode == 0
    assert _kept(memory)[0].all_notes == STATE.notes[:1]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule(FIRST, (time(21),)), "every day at 21:00"),
        (Rule(FIRST, (time(8), time(21)), every=2), "every other day at 08:00 and 21:00"),
        (Rule(FIRST, (time(21),), every=3, count=5), "every 3 days at 21:00, 5 times"),
        (Rule(FIRST, (time(10),), (5, 6)), "every Saturday and Sunday at 10:00"),
        (Rule(FIRST, (time(10),), (6,), 2), "every other Sunday at 10:00"),
        (Rule(FIRST, (time(10),), (0, 2, 4), 3), "every 3 weeks on Monday, Wednesday and Friday at 10:00"),
        (Rule(FIRST, (time(9),), (4,), nth=-1), "on the last Friday of every month at 09:00"),
        (Rule(FIRST, (time(9),), (4,), nth=2, every=3), "on the second Friday of every 3 months at 09:00"),
        (Rule(FIRST, (time(9),), month_days=(1, -1)), "on the 1. and last day of every month at 09:00"),
        (Rule(FIRST, (), count=1), "Fri 27 Nov 2026"),
        (Rule(FIRST, (time(9),), until=date(2026, 12, 24)), "every day at 09:00, until Thu 24 Dec 2026"),
    ],
)
def test_rules_in_words(rule: Rule, words: str) -> None:
    assert rule_in_words(rule) == words


def test_show_works_while_the_coach_runs_and_the_others_say_why_not(plan: Command, memory: Path) -> None:
    assert plan("show").stdout == "Nothing is planned yet.\n"
    assert not memory.exists(), "looking makes nothing"
    with _running(memory):
        shown = plan("show")
        assert shown.returncode == 0, shown.stderr
        assert "a walk" in shown.stdout
        assert len(json.loads(plan("show", "--json").stdout)["times"]) == 33
        for command in (
            ("add", "a walk", "--when", "sundays at ten am", "--yes"),
            ("pause", "--weeks", 1),
            ("pause", "--resume"),
            ("edit",),
            ("forget", "walk-1", "--yes"),
            ("forget", "--all", "--yes"),
        ):
            refused = plan(*command)
            assert refused.returncode == 2
            assert re.fullmatch(r"voice-coach: the coach is running already \(pid \d+\).*\n", refused.stderr), (
                command
            )


def test_add_says_what_it_understood_and_keeps_it(plan: Command, memory: Path) -> None:
    said = plan("add", "a  cup of tea", "--when", "every evening at nine for four weeks", "--minutes", 10, "--yes")
    assert said.stdout == "ritual-1: a cup of tea, every day at 21:00, 28 times\n", said.stderr
    state, entries = _kept(memory)
    (promise,) = state.plan.promises
    assert (promise.what, promise.minutes, promise.zone) == ("a cup of tea", 10, "Europe/Berlin")
    assert [(entry.kind, entry.data) for entry in entries] == [("planned", {"promise": "ritual-1"})]
    assert "every day at 21:00" in plan("show").stdout


@pytest.mark.parametrize("when", ["thursday at seven", "tomorrow at seven in the evening"])
def test_nothing_is_added_without_a_yes(plan: Command, memory: Path, when: str) -> None:
    arguments = ("add", "a talk", "--kind", "talk", "--when", when)
    for answer in ("no\n", "n\n", "not yes\n", "\n"):
        asked = plan(*arguments, answer=answer)
        assert "at 19:00: do both of you mean that? [yes/no]" in asked.stdout
        assert "Nothing has been added" in asked.stdout
    nobody = plan(*arguments)
    assert (nobody.returncode, nobody.stderr) == (
        2,
        "voice-coach: nobody answered; give --yes where you mean it\n",
    )
    assert not memory.exists()
    assert plan(*arguments, answer="yes\n").returncode == 0
    assert _kept(memory)[0].plan.promises[0].kind is Kind.TALK


@pytest.mark.parametrize("phrase", ["nine", "every day", "tomorrow", "the garden is lovely", "at nine"])
def test_a_time_without_day_or_hour_is_one_line(plan: Command, phrase: str) -> None:
    refused = plan("add", "tea", "--when", phrase, "--yes")
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"voice-coach: --when {phrase}: expected a day and an hour")


def test_pause_and_resume(plan: Command, memory: Path) -> None:
    with _running(memory):
        pass
    assert "--until DATE, --weeks N and --resume" in plan("pause").stderr
    assert "--until DATE, --weeks N and --resume" in plan("pause", "--weeks", 1, "--resume").stderr
    assert "it is over" in plan("pause", "--until", "2020-01-01").stderr
    assert plan("pause", "--weeks", 1).returncode == 0
    (rest,) = _kept(memory)[0].plan.breaks
    assert rest.last - rest.first == timedelta(days=6)
    assert "a break, from" in plan("show").stdout
    assert "Everything goes on" in plan("pause", "--resume").stdout
    assert "Nothing rests today" in plan("pause", "--resume").stdout
    assert [entry.kind for entry in _kept(memory)[1]][-2:] == ["paused", "resumed"]


def test_a_break_is_not_shown_as_missed() -> None:
    text = "\n".join(glance(State("x", STATE.options, plan=take_break(PLAN, FIRST, FIRST, BEGAN)), BEGAN))
    assert "a break, from Fri 27 Nov 2026 to Fri 27 Nov 2026" in text


@pytest.mark.parametrize(
    ("name", "text"),
    [("walk-1", "a walk"), ("n2", "the blue umbrella of Lisbon"), ("i1", "we laughed about the umbrella")],
)
def test_one_thing_is_forgotten_with_its_bytes(plan: Command, memory: Path, name: str, text: str) -> None:
    place = Place(Phase.PAUSED, script=(Line("noted", {"text": text}), Line("goodbye")))
    state = State("reconnect", STATE.options, place, (place,), notes=STATE.notes, plan=PLAN, undo=STATE)
    with _running(memory, state) as journal:
        exports.remember(memory, memory.parent / "ours.ics")
        (memory.parent / "ours.ics").write_text(CALENDAR)
        (memory / "journal.backup.db").write_text(text)
        journal.save(state.to_json(), [Entry(BEGAN, "noted", {"promise": "walk-1", "text": text})])
    asked = plan("forget", name, answer="no\n")
    assert text in asked.stdout
    assert "Nothing has been forgotten" in asked.stdout
    assert len(found(memory, text)) == 2
    forgotten = plan("forget", name, answer="yes\n")
    assert forgotten.returncode == 0, forgotten.stderr
    assert "may keep old blocks" in forgotten.stdout
    assert "This calendar file may still name it" in forgotten.stdout
    assert found(memory, text) == []
    left, entries = _kept(memory)
    assert text not in left.to_json()
    assert left.place.script == (Line("goodbye"),)
    assert (len(left.plan.promises), len(left.notes), len(left.plan.improvements)) == {
        "walk-1": (2, 2, 1),
        "n2": (3, 1, 1),
        "i1": (3, 2, 0),
    }[name]
    assert not any({text, name} & {str(v) for v in entry.data.values()} for entry in entries)
    assert found(memory, "a cup of tea")


def test_all_is_forgotten_after_it_was_named(plan: Command, memory: Path) -> None:
    export = memory.parent / "ours.ics"
    export.write_text(CALENDAR)
    with _running(memory):
        exports.remember(memory, export)
    asked = plan("forget", "--all", answer="nope\n")
    assert str(memory) in asked.stdout
    assert str(export) in asked.stdout
    assert export.exists()
    assert plan("forget", "--all", answer="yes\n").returncode == 0
    assert not export.exists()
    assert [path.name for path in memory.iterdir()] == ["journal.lock"]
    assert plan("show").stdout == "Nothing is planned yet.\n"


def test_what_cannot_be_forgotten_is_one_line(plan: Command, memory: Path) -> None:
    assert plan("forget", "tea", "--yes").stderr == "voice-coach: tea: nothing is planned, and nothing noted\n"
    with _running(memory):
        pass
    assert "did you mean walk-1?" in plan("forget", "wlk-1", "--yes").stderr
    assert "either the name of one thing" in plan("forget").stderr
    assert "either the name of one thing" in plan("forget", "walk-1", "--all").stderr
    assert len(_kept(memory)[0].plan.promises) == 3


def test_a_broken_or_newer_journal_is_one_line(plan: Command, memory: Path) -> None:
    with Journal.open(memory) as journal:
        journal.save('{"guide": 7}')
    assert "cannot be read" in plan("show").stderr
    (memory / "journal.db").write_bytes(b"no database" * 500)
    shown = plan("show")
    advice = "it is broken; `voice-coach run` sets it aside and begins a new one"
    assert (shown.returncode, shown.stderr) == (2, f"voice-coach: {memory}/journal.db: {advice}\n")
    said = plan("add", "tea", "--when", "every evening at nine", "--yes")
    assert said.returncode == 0
    assert "set aside as journal.broken-1.db" in said.stderr


def _editor(folder: Path, *texts: str) -> str:
    """A command that puts the next of these texts into the file each time, and notes what it found there."""
    script = folder / "editor.py"
    script.write_text(
        "import stat, sys\nfrom pathlib import Path\n"
        f"texts, state, file = {texts!r}, Path({str(folder / 'edits')!r}), Path(sys.argv[1])\n"
        "done = state.read_text().splitlines() if state.exists() else []\n"
        "with state.open('a') as out:\n"
        "    out.write(f'{stat.S_IMODE(file.stat().st_mode):o} {file.parent.parent}\\n')\n"
        "text = texts[len(done)]\n"
        "file.write_text(file.read_text().replace(*text.split('>')) if '>' in text else text)\n"
        "(file.parent / '.plan.txt.swp').write_text(file.read_text())\n"
    )
    return f"{sys.executable} {script}"


def test_edit_changes_the_plan_and_leaves_no_file(plan: Command, memory: Path, tmp_path: Path) -> None:
    with _running(memory):
        pass
    edited = plan("edit", EDITOR=_editor(tmp_path, "what: a walk>what: a walk by the river"))
    assert edited.returncode == 0, edited.stderr
    assert "The plan is changed" in edited.stdout
    state, entries = _kept(memory)
    assert [p.what for p in state.plan.promises if p.id == "walk-1"] == ["a walk by the river"]
    assert entries[-1].kind == "edited"
    assert (tmp_path / "edits").read_text() == f"600 {memory}\n"
    assert sorted(path.name for path in memory.iterdir()) == ["journal.db", "journal.lock"]


def test_a_mistake_is_told_with_its_line_and_edited_again(plan: Command, memory: Path, tmp_path: Path) -> None:
    with _running(memory):
        pass
    editor = _editor(tmp_path, "minutes: 20>minutes: soon", "minutes: soon>minutes: 25")
    edited = plan("edit", VISUAL=editor, answer="yes\n")
    assert edited.returncode == 0, edited.stderr
    assert re.search(r"^voice-coach: line \d+: minutes: expected", edited.stderr)
    assert [p.minutes for p in _kept(memory)[0].plan.promises if p.id == "walk-1"] == [25]


@pytest.mark.parametrize("answer", ["no\n", ""])
def test_what_was_written_in_vain_is_printed(plan: Command, memory: Path, tmp_path: Path, answer: str) -> None:
    with _running(memory):
        pass
    edited = plan("edit", EDITOR=_editor(tmp_path, "minutes: 20>minutes: soon"), answer=answer)
    assert edited.returncode == 2
    assert "minutes: soon" in edited.stdout
    assert _kept(memory)[0] == STATE
    assert not [*memory.glob("plan-edit*")]


@pytest.mark.parametrize(
    ("editor", "line"),
    [
        ("no-such-editor", "voice-coach: no-such-editor: there is no such program; name one in $EDITOR"),
        ("'", "voice-coach: $VISUAL or $EDITOR: ': No closing quotation"),
        ("false", "voice-coach: false: it ended with status 1; the plan is as it was before"),
        ("true", ""),
    ],
)
def test_editors_that_do_not_edit(plan: Command, memory: Path, editor: str, line: str) -> None:
    with _running(memory):
        pass
    edited = plan("edit", EDITOR=editor, VISUAL="")
    assert edited.stderr.startswith(line)
    assert edited.returncode == (2 if line else 0)
    assert _kept(memory)[0] == STATE


def test_export_is_neutral_works_while_the_coach_runs_and_is_forgotten(plan: Command, memory: Path) -> None:
    export = memory.parent / "ours.ics"
    assert "nothing is planned yet" in plan("export", export).stderr
    with _running(memory):
        assert plan("export", export).returncode == 0
        assert b"SUMMARY:Our time\r\n" in export.read_bytes()
        assert b"walk" not in export.read_bytes()
        assert plan("export", "ours.ics", "--full").returncode == 0
        assert b"SUMMARY:A walk\r\n" in export.read_bytes()
    assert exports.remembered(memory) == [export]
    refused = plan("export", memory.parent / "none" / "ours.ics")
    assert refused.returncode == 2
    assert "ours.ics: cannot be written: No such file" in refused.stderr
    assert plan("forget", "--all", "--yes").stdout.startswith("All is forgotten, calendar files (1) included.")
    assert not export.exists()


def test_a_file_that_is_no_export_is_neither_replaced_nor_forgotten(plan: Command, memory: Path) -> None:
    with _running(memory):
        pass
    precious, theirs = memory.parent / "precious.ics", "BEGIN:VCALENDAR\nPRODID:-//Somebody//Some//EN\n"
    precious.write_text(theirs)
    refused = plan("export", precious)
    assert refused.returncode == 2
    line = f"{precious}: there is another file of this name; name a new one, or replace it with --force"
    assert refused.stderr == f"voice-coach: {line}\n"
    assert precious.read_text() == theirs
    assert exports.remembered(memory) == exports.replaced(memory) == []
    assert plan("export", "--force", precious).returncode == 0
    assert plan("export", "--full", precious).returncode == 0, "an earlier export is replaced"
    assert exports.remembered(memory) == [precious]
    precious.write_text(theirs)
    forgotten = plan("forget", "--all", "--yes")
    assert f"is none; it stays: {precious}\n" in forgotten.stdout
    assert "All is forgotten. " in forgotten.stdout
    assert precious.read_text() == theirs


def test_an_export_is_for_its_owner_alone(plan: Command, memory: Path) -> None:
    with _running(memory):
        pass
    export = memory.parent / "ours.ics"
    for options in ((), ("--full",)):
        assert plan("export", export, *options).returncode == 0
        assert export.stat().st_mode & 0o777 == 0o600
        export.chmod(0o644)


EMPTY = "# nothing\n\n"


def test_edit_corrects_and_removes_what_was_noted(plan: Command, memory: Path, tmp_path: Path) -> None:
    place = Place(Phase.PAUSED, script=(Line("noted", {"text": "long work hours"}), Line("goodbye")))
    state = State(
        "reconnect", STATE.options, place, archive=STATE.notes, notes=(Note(4, "late calls"),), plan=PLAN
    )
    heard, better = STATE.notes[1].text, PLAN.improvements[0].text
    with _running(memory, state) as journal:
        journal.save(state.to_json(), [Entry(BEGAN, "noted", {"text": heard, "part": 3})])
        (memory / "journal.backup.db").write_text(heard)
    editor = _editor(tmp_path, "[n1]\ntext: long work hours\n>", f"{heard}>the red umbrella", f"{better}>we sang")
    for text in ("long work hours", heard, better):
        assert found(memory, text)
        assert "The plan is changed" in plan("edit", EDITOR=editor).stdout
        assert found(memory, text) == []
    left, entries = _kept(memory)
    assert left.archive == (Note(3, "the red umbrella"),)
    assert left.notes == (Note(4, "late calls"),)
    assert left.plan.improvements == (Improvement(BEGAN, "we sang", "Anna"),)
    assert left.plan.promises == PLAN.promises
    assert left.place.script == (Line("goodbye"),)
    assert not [entry for entry in entries if entry.kind == "noted"]


@pytest.mark.parametrize("text", ["", EMPTY])
def test_an_empty_text_changes_nothing_and_is_told(plan: Command, memory: Path, tmp_path: Path, text: str) -> None:
    with _running(memory):
        pass
    edited = plan("edit", EDITOR=_editor(tmp_path, text))
    assert edited.returncode == 0
    assert edited.stdout.startswith("The text was empty, so nothing has been changed")
    assert _kept(memory)[0] == STATE


def test_a_note_without_words_is_a_mistake(plan: Command, memory: Path, tmp_path: Path) -> None:
    with _running(memory):
        pass
    edited = plan("edit", EDITOR=_editor(tmp_path, "text: long work hours>text:"), answer="no\n")
    assert re.search(r"line \d+: text: expected some words", edited.stderr)
    assert _kept(memory)[0] == STATE
