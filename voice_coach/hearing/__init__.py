"""Hypotheses to commands, under attention: what was meant for the coach, and when to act on it."""

from voice_coach.hearing.events import Heard, HearingEvent, Ignored, Waiting, Wake
from voice_coach.hearing.hearing import Hearing
from voice_coach.hearing.recordings import listen
from voice_coach.hearing.wake_phrase import WakePhrase

__all__ = ["Heard", "Hearing", "HearingEvent", "Ignored", "Waiting", "Wake", "WakePhrase", "listen"]
