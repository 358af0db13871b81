"""Listening while speaking: the coach's own voice is taken out, whoever speaks up is heard.

reference -> Alignment -> Canceller -> Talker -> BargeIn -> pause, listen, act or go on
"""

from voice_coach.duplex.alignment import Alignment, Reference
from voice_coach.duplex.barge_in import BargeIn, Event, IllegalEventError, Order, State
from voice_coach.duplex.canceller import Canceller, Cleaned, EchoCanceller, NoCanceller, available
from voice_coach.duplex.cleaner import Cleaner
from voice_coach.duplex.modes import Duplex, choose, is_bluetooth
from voice_coach.duplex.own_words import is_own
from voice_coach.duplex.talker import Talker

__all__ = [
    "Alignment",
    "BargeIn",
    "Canceller",
    "Cleaned",
    "Cleaner",
    "Duplex",
    "EchoCanceller",
    "Event",
    "IllegalEventError",
    "NoCanceller",
    "Order",
    "Reference",
    "State",
    "Talker",
    "available",
    "choose",
    "is_bluetooth",
    "is_own",
]
