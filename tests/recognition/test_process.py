"""What is process-wide, kept apart: C's random numbers, and the module that Vosk does without."""

import ctypes
import subprocess
import sys

import pytest

from voice_coach.recognition.process import Dither


def drawn(dither: Dither, count: int) -> list[int]:
    with dither:
        return [ctypes.CDLL(None).rand() for _ in range(count)]


def test_each_sequence_is_the_same_whoever_draws_between() -> None:
    alone = drawn(Dither(), 300)
    one, other = Dither(), Dither()
    found: dict[Dither, list[int]] = {one: [], other: []}
    for count in (1, 7, 40, 2, 50):
        for dither in (one, other, one, other):
            ctypes.CDLL(None).rand()
            found[dither] += drawn(dither, count)
    assert found == {one: alone[:200], other: alone[:200]}


def test_the_sequence_before_goes_on_after_one_that_failed() -> None:
    ctypes.CDLL(None).srand(7)
    expected = [ctypes.CDLL(None).rand() for _ in range(3)]
    ctypes.CDLL(None).srand(7)
    first = ctypes.CDLL(None).rand()
    dither = Dither()
    with pytest.raises(ZeroDivisionError), dither, dither:
        ctypes.CDLL(None).rand()
        raise ZeroDivisionError
    assert [first, ctypes.CDLL(None).rand(), ctypes.CDLL(None).rand()] == expected


def test_others_find_requests_after_vosk() -> None:
    code = (
        "from voice_coach.recognition.process import import_vosk; import sys\n"
        "import_vosk(); print('requests' in sys.modules); import requests; print(bool(requests.get))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "True"]
