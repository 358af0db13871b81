"""A muted or clipping microphone is noticed, and good ones are left alone."""

from collections.abc import Callable

import numpy as np

from voice_coach.audio.levels import CLIPPED_SHARE, SILENT_S, Fault, Levels, clipped_share, clips
from voice_coach.audio.pcm import SAMPLE_RATE

Say = Callable[..., np.ndarray]


def faults(sound: np.ndarray, levels: Levels) -> list[Fault]:
    found = (levels.fault(sound[at : at + 480]) for at in range(0, len(sound), 480))
    return [fault for fault in found if fault]


def test_a_muted_microphone_is_told_of_once() -> None:
    levels = Levels()
    assert faults(np.zeros(int((SILENT_S - 1) * SAMPLE_RATE), np.int16), levels) == []
    assert faults(np.zeros(60 * SAMPLE_RATE, np.int16), levels) == [Fault.SILENT]


def test_silence_after_sound_may_be_a_noise_filter(say: Say) -> None:
    levels = Levels()
    assert faults(np.concatenate([say("hello"), np.zeros(60 * SAMPLE_RATE, np.int16)]), levels) == []


def test_speech_cut_off_at_full_scale_is_told_of_once(say: Say) -> None:
    speech = say("we talk and talk and talk about everything that went wrong", 0.5) / 32768
    shouted = (np.clip(speech * 8, -1, 1) * 32767).astype(np.int16)
    assert faults(np.tile(shouted, 20), Levels()) == [Fault.CLIPPING]
    loud = (np.clip(speech * 1.3, -1, 1) * 32767).astype(np.int16)
    assert faults(np.tile(loud, 20), Levels()) == []


def test_a_block_without_samples_has_no_fault() -> None:
    assert Levels().fault(np.zeros(0, np.int16)) is None


def test_clipping_begins_at_one_share_of_one_amplitude() -> None:
    block = np.zeros(1000, np.int16)
    block[: round(1000 * CLIPPED_SHARE)] = np.iinfo(np.int16).min
    assert clips(block)
    assert clipped_share(block) == CLIPPED_SHARE
    block[0] = 0
    assert not clips(block)
    assert not clips(np.zeros(0, np.int16))
