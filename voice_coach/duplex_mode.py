"""The duplex modes: what the settings name and `duplex` does."""

from enum import StrEnum


class Duplex(StrEnum):
    """Whether people can interrupt the coach, and what keeps it from hearing itself."""

    AUTO = "auto"
    """Chosen by the devices' names, and by whether the extra is installed."""
    HALF = "half-duplex"
    """Nothing is listened to while the coach speaks."""
    ECHO = "echo-cancelling"
    """The coach's voice is taken out of what the microphone hears."""
    HARDWARE = "hardware"
    """The device does that by itself."""
