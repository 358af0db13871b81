"""The choice of a duplex mode by the settings and the names of the devices."""

import logging

from voice_coach.duplex.canceller import MISSING, available
from voice_coach.duplex_mode import Duplex

_BLUETOOTH = ("bluez", "bluetooth", "a2dp", "airpods", "buds", "hands-free")
_SPEAKERPHONE = ("speakerphone", "jabra speak", "powerconf", "poly sync", "emeet", "konftel")

_LOGGER = logging.getLogger(__name__)


def choose(wanted: Duplex, microphone: str, loudspeaker: str) -> tuple[Duplex, str]:
    """The mode for devices of these names ("" when not known), and a line for the user when it falls short."""
    chosen, shortcoming = _choose(wanted, microphone, loudspeaker)
    _LOGGER.info('duplex %s is %s for "%s" and "%s"', wanted, chosen, microphone, loudspeaker)
    return chosen, shortcoming


def _choose(wanted: Duplex, microphone: str, loudspeaker: str) -> tuple[Duplex, str]:
    if wanted is Duplex.AUTO:
        if is_bluetooth(microphone) or is_bluetooth(loudspeaker):
            return Duplex.HALF, ""  # its latency: whoever interrupts would not be heard in time
        if _is_speakerphone(microphone) and _is_speakerphone(loudspeaker):
            return Duplex.HARDWARE, ""
    if wanted in (Duplex.AUTO, Duplex.ECHO):
        return (Duplex.ECHO, "") if available() else (Duplex.HALF, MISSING)
    return wanted, ""


def is_bluetooth(name: str) -> bool:
    """Whether a device of this name comes through the air."""
    return any(part in name.casefold() for part in _BLUETOOTH)


def _is_speakerphone(name: str) -> bool:
    return any(part in name.casefold() for part in _SPEAKERPHONE)
