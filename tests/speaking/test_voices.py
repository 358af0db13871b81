"""What the voices sound like: recognised back by the embedded model, and told apart by ear (by pitch)."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pytest
import soxr

from voice_coach import speech_rate
from voice_coach.audio.pcm import PLAYBACK_RATE, Samples
from voice_coach.speaking import PERSON_VOICES, PromptCache, Renderer, Voice
from voice_coach.speaking.mouth import MOST_STEPS

Recognise = Callable[[Samples, Sequence[str]], str]
SAID = (
    "welcome to your table",
    "take a slow breath and let your shoulders drop",
    "there is one minute left",
    "please finish your sentence",
    "a walk together on the weekend",
    "hold hands for a minute or two",
    "say what is next to go on",
    "are you ready to go on",
)
COMMANDS = (
    "what's next",
    "we need a break",
    "hey coach",
    "i'm done",
    "how long is left",
    "go to step five",
    "start",
)


def recognised_share(sentences: Sequence[str], voice: Voice, prompts: PromptCache, recognise: Recognise) -> float:
    right = [recognise(prompts.get(s, voice), sentences) == s for s in sentences]
    return right.count(True) / len(right)


def pitch(samples: Samples) -> float:
    """The median fundamental frequency in Hz of the voiced frames, by autocorrelation."""
    rate = 8000
    low = soxr.resample(samples, PLAYBACK_RATE, rate)
    found = []
    for start in range(0, low.size - 400, 200):
        frame = low[start : start + 400] - low[start : start + 400].mean()
        correlation = np.correlate(frame, frame, "full")[399:]
        lag = 20 + int(np.argmax(correlation[20:134]))
        if correlation[0] > 0.5 and correlation[lag] > 0.5 * correlation[0]:
            found.append(rate / lag)
    return float(np.median(found))


@pytest.mark.parametrize("steps", [-3, 0, 3])
def test_the_coach_is_understood_at_every_rate(prompts: PromptCache, recognise: Recognise, steps: int) -> None:
    assert recognised_share(SAID, Voice().faster(steps), prompts, recognise) == 1.0


@pytest.mark.parametrize("voice", PERSON_VOICES, ids=lambda v: v.name)
def test_the_people_of_a_rehearsal_are_understood(
    prompts: PromptCache, recognise: Recognise, voice: Voice
) -> None:
    assert recognised_share(COMMANDS, voice, prompts, recognise) == 1.0


def test_coach_and_people_are_told_apart_by_pitch(prompts: PromptCache) -> None:
    pitches = sorted(
        pitch(np.concatenate([prompts.get(s, voice) for s in SAID])) for voice in (Voice(), *PERSON_VOICES)
    )
    assert len(pitches) >= 3
    assert all(higher / lower > 1.15 for lower, higher in pairwise(pitches)), pitches


@pytest.mark.parametrize("rate", [speech_rate.SLOWEST, speech_rate.SLOWEST + 41, speech_rate.FASTEST_SETTING])
def test_at_every_rate_of_the_settings_slower_and_faster_are_still_spoken(renderer: Renderer, rate: int) -> None:
    for steps in (-MOST_STEPS, MOST_STEPS):
        assert renderer.render("One moment.", Voice(words_per_minute=rate).faster(steps)).size
