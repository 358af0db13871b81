"""The coach's voice taken out of a room's echo; a person's left in. Real cancellers, simulated room."""

import time

import numpy as np
import pytest
from support.echo import at_level, in_room, int16, spoken

from voice_coach.audio.pcm import SAMPLE_RATE
from voice_coach.duplex import EchoCanceller, NearEndDetector, NoCanceller
from voice_coach.duplex.canceller import FRAME

DELAY_S = 0.05


def run(heard: np.ndarray, played: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[float]]:
    """Sound for voice detection and for recognition, and when somebody was detected (seconds)."""
    canceller, near_end = EchoCanceller(), NearEndDetector()
    for_vad, for_asr, talks = [], [], []
    for at in range(0, len(heard) - FRAME + 1, FRAME):
        frame = int16(heard[at : at + FRAME])
        cleaned = canceller.cancel(frame, int16(played[at : at + FRAME]))
        for_vad.append(cleaned.for_vad)
        for_asr.append(cleaned.for_asr)
        if near_end.talks(cleaned.for_vad, frame):
            talks.append(at / SAMPLE_RATE)
    return np.concatenate(for_vad), np.concatenate(for_asr), talks


def decibels(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(samples.astype(np.float64))) + 1))


def test_its_own_voice_is_taken_out_and_nobody_is_thought_to_talk(coach: np.ndarray) -> None:
    echo = in_room(coach, DELAY_S)
    detector, food, talks = run(echo, coach)
    assert talks == []
    second_half = slice(len(detector) // 2, None)
    before = decibels(int16(echo[: len(detector)])[second_half])
    assert before - decibels(detector[second_half]) > 25
    assert before - decibels(food[second_half]) > 12


@pytest.mark.parametrize("level", [0, -5])
@pytest.mark.parametrize("voice", ["en-us+f3", "en-gb+quincy"])
def test_a_person_who_talks_into_it_is_noticed_at_once(coach: np.ndarray, level: float, voice: str) -> None:
    person = at_level(spoken("hey coach, skip", voice), -20 + level)
    heard = in_room(coach, DELAY_S)
    onset = 5 * SAMPLE_RATE
    heard[onset : onset + len(person)] += person
    _, food, talks = run(heard, coach)
    assert talks
    # In this room, reverberant as a bathroom, one voice in two is noticed by its second syllable.
    assert 5 <= talks[0] < 5.6
    assert talks[0] > 5 + FRAME / SAMPLE_RATE, "and not before it speaks"
    cleaner, raw = likeness(food, person, onset), likeness(int16(heard), person, onset)
    assert cleaner > max(0.5, raw - 0.15)


def likeness(samples: np.ndarray, person: np.ndarray, onset: int) -> float:
    """Correlation with the person's voice, at the best delay within 25 ms, whatever the polarity."""
    around = 400
    piece = samples[onset - around : onset + len(person) + around].astype(np.float64)
    likely = np.abs(np.correlate(piece, person.astype(np.float64), "valid"))
    at = int(np.argmax(likely))
    return float(likely[at] / np.linalg.norm(piece[at : at + len(person)]) / np.linalg.norm(person))


def test_clipped_sound_proves_nothing() -> None:
    person = spoken("hey coach, skip", "en-us+f3")
    loud = int16(at_level(np.pad(person, SAMPLE_RATE // 2), 16))
    near_end, gentle = NearEndDetector(), NearEndDetector()
    frames = [loud[at : at + FRAME] for at in range(0, len(loud) - FRAME, FRAME)]
    clipped = sum(near_end.talks(frame, frame) for frame in frames)
    quiet = sum(gentle.talks(frame // 20, frame // 20) for frame in frames)
    assert clipped < quiet / 4
    assert quiet > 30


def test_after_a_reset_it_learns_anew(coach: np.ndarray) -> None:
    canceller, near_end = EchoCanceller(), NearEndDetector()
    echo = int16(in_room(coach, DELAY_S))
    played, late = int16(coach), int16(np.roll(coach, -round(0.07 * SAMPLE_RATE)))
    talks = []
    for at in range(0, len(echo) - FRAME, FRAME):
        if at == 4 * SAMPLE_RATE:
            canceller.reset()
            played = late
        frame = echo[at : at + FRAME]
        if near_end.talks(canceller.cancel(frame, played[at : at + FRAME]).for_vad, frame):
            talks.append(at / SAMPLE_RATE)
    assert all(4 <= at < 5 for at in talks), "without it, this takes two or three seconds"
    assert len(talks) < 20


def test_a_frame_costs_little(coach: np.ndarray) -> None:
    canceller = EchoCanceller()
    frame = int16(coach[SAMPLE_RATE : SAMPLE_RATE + FRAME])
    began = time.process_time()
    for _ in range(1000):
        canceller.cancel(frame, frame)
    assert time.process_time() - began < 1.0, "10 s of sound in less than 1 s: a tenth of a core, by far"


def test_a_speakerphone_is_believed() -> None:
    frame = np.arange(FRAME, dtype=np.int16)
    cleaned = NoCanceller().cancel(frame, frame)
    assert cleaned.for_vad is frame
    assert cleaned.for_asr is frame
