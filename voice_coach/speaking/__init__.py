"""Words to sound: rendered by pyttsx3 in a child process, kept in memory, played through one loudspeaker stream.

    with Renderer() as renderer, PromptCache(renderer) as cache, Loudspeaker(device) as loudspeaker:
        with Mouth(cache, loudspeaker) as mouth:
            mouth.say(["Welcome, Anna and Ben."], token=1)

All sound is float32 mono at PLAYBACK_RATE.
"""

from voice_coach.audio.loudspeaker import Loudspeaker
from voice_coach.audio.pcm import PLAYBACK_RATE
from voice_coach.speaking.earcons import earcon
from voice_coach.speaking.mouth import Mouth
from voice_coach.speaking.prompt_cache import PromptCache
from voice_coach.speaking.renderer import Renderer, voices
from voice_coach.speaking.voice import PERSON_VOICES, Voice

__all__ = [
    "PERSON_VOICES",
    "PLAYBACK_RATE",
    "Loudspeaker",
    "Mouth",
    "PromptCache",
    "Renderer",
    "Voice",
    "earcon",
    "voices",
]
