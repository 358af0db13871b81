"""A writer killed at any instant: what `save` returned for is there, and the journal opens without a word."""

import json
import random
from pathlib import Path

import pytest
from support.memory import child

from voice_coach.journal import Journal

KILLS = 200

WRITER = """
import json, os, sys, time
from datetime import UTC, datetime
from pathlib import Path
from voice_coach.journal import Entry, Journal

folder, rounds = Path(sys.argv[1]), int(sys.argv[2])
at = datetime(2026, 11, 27, tzinfo=UTC)
for _ in range(rounds):
    delay = float(sys.stdin.readline())
    ready, told = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(ready)
        journal = Journal.open(folder)
        number = json.loads(journal.load() or '{"n": 0}')["n"]
        while True:
            number += 1
            state = json.dumps({"n": number, "padding": number % 7 * 4000 * "x", "notes": [f"note {number}"]})
            journal.save(state, [Entry(at, "noted", {"n": number})])
            os.write(told, f"{number}\\n".encode())
            if number % 3 == 0:
                journal.save(state, [Entry(at, "removed", {"n": number - 1})])
            journal.tidy()
    os.close(told)
    time.sleep(delay)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    said = b""
    while piece := os.read(ready, 65536):
        said += piece
    os.close(ready)
    print(said.split()[-1].decode() if said else "none", flush=True)
"""


@pytest.mark.long
def test_what_was_kept_is_there_after_kills_at_random_instants(folder: Path) -> None:
    chance = random.Random(22)
    writer = child(WRITER, folder, KILLS)
    assert writer.stdin and writer.stdout
    kept = 0
    for _ in range(KILLS):
        writer.stdin.write(f"{chance.uniform(0.005, 0.12)}\n")
        writer.stdin.flush()
        said = writer.stdout.readline().strip()
        kept = kept if said == "none" else int(said)
        with Journal.open(folder) as journal:
            assert journal.notice is None
            found = json.loads(journal.load() or '{"n": 0}')["n"]
            # One more may have been committed before it could be said.
            assert found - kept in {0, 1}
            numbers = [e.data["n"] for e in journal.entries() if e.kind == "noted"]
            assert numbers[-1:] == [found][: len(numbers)]
            kept = found
    assert writer.wait() == 0
    assert kept > KILLS // 4, "the kills left no time for anything"
