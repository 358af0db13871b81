"""Listening while speaking: echo cancellation, near-end detection and barge-in.

reference -> Alignment -> Canceller -> NearEndDetector -> BargeIn -> pause, listen, act or go on
"""

from voice_coach.duplex.alignment import Alignment
from voice_coach.duplex.barge_in import BargeIn, Event, IllegalEventError, Order, State
from voice_coach.duplex.canceller import Canceller, Cleaned, EchoCanceller, NoCanceller, available
from voice_coach.duplex.echo_front_end import EchoFrontEnd
from voice_coach.duplex.modes import choose, is_bluetooth
from voice_coach.duplex.near_end import NearEndDetector
from voice_coach.duplex.own_words import is_own
from voice_coach.duplex.reference import Reference
from voice_coach.duplex_mode import Duplex

__all__ = [
    "Alignment",
    "BargeIn",
    "Canceller",
    "Cleaned",
    "Duplex",
    "EchoCanceller",
    "EchoFrontEnd",
    "Event",
    "IllegalEventError",
    "NearEndDetector",
    "NoCanceller",
    "Order",
    "Reference",
    "State",
    "available",
    "choose",
    "is_bluetooth",
    "is_own",
]
