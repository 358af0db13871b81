"""Whose voice, and how fast: names are espeak-ng's identifiers as pyttsx3 lists them, perhaps with a variant."""

from dataclasses import dataclass, replace

from voice_coach import speech_rate


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of espeak-ng, such as `gmw/en-us` or, with a variant, `gmw/en-us+f3`.

    The usual one is what the embedded model understands best (38 % of the words of a free word loop, received
    pronunciation 28 %); between 145 and 165 words a minute the rate makes no difference.
    `words_per_minute`: see `speech_rate` for what can be spoken. `voice_coach.speaking.voices()` lists the names.
    """

    name: str = "gmw/en-us"
    words_per_minute: int = 155

    def faster(self, steps: int) -> "Voice":
        """The same voice, this many steps faster (negative: slower), as far as it can be spoken."""
        rate = speech_rate.clamped(self.words_per_minute + steps * speech_rate.STEP)
        return replace(self, words_per_minute=rate)


PERSON_VOICES = (Voice("gmw/en-us+f2"), Voice("gmw/en-us+ed"))
"""The people of a rehearsal, at 195 and 125 Hz where the coach speaks at 103: told apart, and well understood."""
