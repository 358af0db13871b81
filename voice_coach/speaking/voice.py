"""Whose voice, and how fast: names are espeak-ng's identifiers as pyttsx3 lists them, perhaps with a variant."""

from dataclasses import dataclass, replace

WORDS_PER_MINUTE_STEP = 14
"""One "slower" or "faster": about a tenth of the usual rate, which is clearly heard and still natural."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of espeak-ng, such as `gmw/en-us` or, with a variant, `gmw/en-us+f3`.

    The usual one is what the embedded model understands best (38 % of the words of a free word loop, received
    pronunciation 28 %); between 145 and 165 words a minute the rate makes no difference.
    `words_per_minute` is espeak-ng's rate, from 80 to 450. `voice_coach.speaking.voices()` lists the names.
    """

    name: str = "gmw/en-us"
    words_per_minute: int = 155

    def faster(self, steps: int) -> "Voice":
        """The same voice, this many steps faster (negative: slower)."""
        return replace(self, words_per_minute=self.words_per_minute + steps * WORDS_PER_MINUTE_STEP)


PERSON_VOICES = (Voice("gmw/en-us+f2"), Voice("gmw/en-us+ed"))
"""The people of a rehearsal, at 195 and 125 Hz where the coach speaks at 103: told apart, and well understood."""
