"""Finds a device again that was missing or pulled out, without cost to the one that works."""

import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from voice_coach.audio import portaudio
from voice_coach.errors import DeviceError

LOOK_S = 3.0
"""Interval of the looks for what was plugged in: each starts a process, a tenth of a second of work."""
GIVEN_UP_S = 20.0
"""Time-out of a look: one that takes longer hangs, as the sound system does."""

_FILE = Path(__file__).with_name("device_list.py")
_LOGGER = logging.getLogger(__name__)


class DeviceWatch:
    """Watches for the device of a name, or part of one (None: any), while another device is in use."""

    def __init__(
        self, name: str | None, kind: portaudio.Kind, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._kind: portaudio.Kind = kind
        self._clock = clock
        self._look: subprocess.Popen[bytes] | None = None
        self._began = 0.0
        self._absent = set[str]()
        self._appeared = False

    def reopen(self, open_device: Callable[[], None], *, may_close_others: bool = True) -> None:
        """Open the device, as PortAudio knows it or as it was just plugged in. Raises DeviceError.

        To see a new device PortAudio has to close all others for a moment (their owners open them again): so that
        is done only when none is open, or when the device has been seen and `may_close_others`.
        """
        try:
            open_device()
        except DeviceError as error:
            _LOGGER.debug("%s cannot be opened: %s", self._kind, error)
            if portaudio.any_open() and not (self._seen() and may_close_others):
                raise
            self.close()
            portaudio.reinitialise()
            open_device()
        self.close()

    def close(self) -> None:
        """End the look under way; what was seen is forgotten."""
        look, self._look = self._look, None
        if look is not None:
            look.kill()
            look.communicate()
        self._absent.clear()
        self._appeared = False

    def _seen(self) -> bool:
        """Whether the device is there now and was not when PortAudio, or this watch, looked. Returns at once."""
        now = self._clock()
        if self._look is None:
            if not self._appeared and now >= self._began + LOOK_S:
                self._began = now
                try:
                    self._look = subprocess.Popen(
                        [sys.executable, "-P", str(_FILE), self._kind],
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.PIPE,
                        stderr=subprocess.DEVNULL,
                        start_new_session=True,
                    )
                except OSError as error:
                    raise DeviceError(f"the devices cannot be listed anew ({error})") from error
        elif self._look.poll() is not None or now > self._began + GIVEN_UP_S:
            look, self._look = self._look, None
            look.kill()
            printed, _ = look.communicate()
            if look.returncode != 0:
                _LOGGER.info("the devices could not be listed: status %d", look.returncode)
            self._compare(json.loads(printed) if look.returncode == 0 else [])
        return self._appeared

    def _compare(self, there: list[str]) -> None:
        """Take the names that a look has found; none, when there was no sound system to ask."""
        known = [device.name for device in portaudio.devices() if device.channels(self._kind)]
        new = [name for name in there if name not in known or name in self._absent]
        self._absent.update(name for name in known if name not in there)
        self._appeared = bool(new) if self._name is None else portaudio.called(self._name, new) is not None
        if self._appeared:
            _LOGGER.info("%s devices that have appeared: %s", self._kind, ", ".join(new))
