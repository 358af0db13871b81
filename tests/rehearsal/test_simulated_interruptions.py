"""The whole way from a person's voice over the coach's own to a command, on the benchmark's virtual sound card.

Everything but the devices is real: cancellers, Vosk, espeak-ng, the playback. It takes no real time.
"""

import numpy as np
import pytest
import soxr
from support.attention import ASKED
from support.echo import at_level, spoken

from scripts.bench.duplex import ECHO_DBFS, Kitchen, Table, speech_level
from voice_coach.audio.loudspeaker import PLAYBACK_BLOCK_S
from voice_coach.audio.pcm import PLAYBACK_RATE as PLAYED_RATE
from voice_coach.audio.pcm import SAMPLE_RATE
from voice_coach.commands.command_set import Commands
from voice_coach.hearing import Hearing
from voice_coach.models import embedded_model
from voice_coach.recognition.model import load_model
from voice_coach.resources import prompts_dir

READ = [
    "Now you take turns. Each of you has six minutes, and while one speaks, the other only listens.",
    "Say what has changed, as you have seen it yourself, and say how it feels. Then say start.",
    "When you are both ready, say what's next. Shall we pause for ten minutes? Say yes or no.",
]


@pytest.fixture(scope="module")
def kitchen() -> Kitchen:
    rng = np.random.default_rng(3)
    t = np.arange(SAMPLE_RATE // 4) / SAMPLE_RATE
    responses = [rng.standard_normal(t.size) * 10 ** (-3 * t / 0.25) * 0.03 for _ in range(2)]
    for response in responses:
        response[0] = 1.0
    return Kitchen(*(np.asarray(response, np.float32) for response in responses))


@pytest.fixture
def table(kitchen: Kitchen) -> Table:
    lists = {"name": ("Anna", "Ben"), "choice": ("a walk",), "example": ("long work hours",)}
    hearing = Hearing(load_model(embedded_model()), Commands.load(prompts_dir() / "commands.yaml", lists))
    sentences = [(text, spoken(text, "en-us")) for text in READ]
    echo = np.convolve(sentences[0][1] * 0.35, kitchen.echo)
    table = Table(hearing, kitchen, 10 ** (ECHO_DBFS / 20) / speech_level(echo), 1)
    table.ears.attend(ASKED)
    for text, sound in sentences:
        played = np.asarray(soxr.resample(sound * 0.35, SAMPLE_RATE, PLAYED_RATE), np.float32)
        table.mouth.say(text, played)
    return table


def test_its_own_voice_is_no_command_whatever_it_says(table: Table) -> None:
    while table.mouth.speaking:
        table.run(0.5)
    table.run(2.0)
    assert table.now > 12
    assert table.seen.acted == []
    assert table.seen.called == []
    assert table.seen.paused == []
    # A tenth of a second in the sound card, less what is handed to it ahead of time.
    assert table.cleaner.alignment.delay_s == pytest.approx(0.1 - PLAYBACK_BLOCK_S, abs=0.015)


@pytest.mark.parametrize("level", [0, -5])
@pytest.mark.parametrize(("said", "intent"), [("hey coach, skip", "skip"), ("hey coach, pause", "pause")])
def test_who_calls_over_its_voice_is_heard_at_once(table: Table, level: float, said: str, intent: str) -> None:
    table.run(3.0)
    person = at_level(spoken(said, "en-us+f3"), ECHO_DBFS + level)
    began = table.now
    table.run(3.5, person)
    assert [acted for _, acted in table.seen.acted] == [intent]
    assert table.seen.silent
    assert table.seen.silent[0] - began < 0.6


def test_who_says_something_else_is_waited_for_and_then_it_goes_on_where_it_stopped(table: Table) -> None:
    queued = table.mouth.playback.queued
    table.run(3.0)
    table.run(4.0, at_level(spoken("would you pass me the butter", "en-us+f3"), ECHO_DBFS))
    assert len(table.seen.paused) == 1
    assert not table.mouth.paused
    while table.mouth.speaking:
        table.run(0.5)
    assert table.seen.acted == []
    assert table.mouth.playback.taken == queued == table.mouth.playback.queued
    longer = table.now - queued / PLAYED_RATE
    assert 1.4 < longer < 6.0
