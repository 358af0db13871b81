"""Whose voice, and how fast: names are espeak-ng's identifiers as pyttsx3 lists them, perhaps with a variant."""

from dataclasses import dataclass, replace

WORDS_PER_MINUTE_STEP = 14
"""One "slower" or "faster": about a tenth of the usual rate, which is clearly heard and still natural."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of espeak-ng, such as `gmw/en-us` or, with a variant, `gmw/en-us+f3`.

    `words_per_minute` is espeak-ng's rate, from 80 to 450. `voice_coach.speaking.voices()` lists the names.
    """

    name: str = "gmw/en-us"
    words_per_minute: int = 155

    def faster(self, steps: int) -> "Voice":
        """The same voice, this many steps faster (negative: slower)."""
        return replace(self, words_per_minute=self.words_per_minute + steps * WORDS_PER_MINUTE_STEP)


PERSON_VOICES = (Voice("gmw/en-us+f3", 150), Voice("gmw/en-gb-x-rp+m3", 150))
"""The people of a rehearsal: told apart from the coach and from each other by pitch and accent."""
