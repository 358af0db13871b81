"""Sound -> commands: microphone or recording, Vosk, matcher, attention."""

from voice_coach.hearing.audio_files import read_audio
from voice_coach.hearing.commands import Commands
from voice_coach.hearing.grammar import WEIGHTS, Weights
from voice_coach.hearing.hearing import Hearing
from voice_coach.hearing.listen import listen
from voice_coach.hearing.matcher import Match
from voice_coach.hearing.microphone import Microphone
from voice_coach.hearing.model import Model, load_model
from voice_coach.hearing.types import (
    SAMPLE_RATE,
    Attention,
    Heard,
    HearingEvent,
    Ignored,
    Mode,
    Waiting,
    Wake,
)
from voice_coach.hearing.wake import WakePhrase

__all__ = [
    "SAMPLE_RATE",
    "WEIGHTS",
    "Attention",
    "Commands",
    "Heard",
    "Hearing",
    "HearingEvent",
    "Ignored",
    "Match",
    "Microphone",
    "Mode",
    "Model",
    "Waiting",
    "Wake",
    "WakePhrase",
    "Weights",
    "listen",
    "load_model",
    "read_audio",
]
