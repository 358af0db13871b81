"""Rates of speech in words a minute: what the synthesiser can do, what the settings take, one step of "faster"."""

SLOWEST = 80
FASTEST = 450
"""espeak-ng silently takes the nearest of what it can for anything beyond."""

FASTEST_SETTING = 300
"""Beyond this hardly anybody can follow."""

STEP = 14
"""One "slower" or "faster": about a tenth of the usual rate, which is clearly heard and still natural."""


def clamped(words_per_minute: int) -> int:
    """The nearest rate that can be spoken."""
    return max(SLOWEST, min(FASTEST, words_per_minute))
