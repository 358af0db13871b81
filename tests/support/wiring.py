"""Devices that are plugged in and pulled out one by one: an ALSA configuration over virtual sound cards."""

from pathlib import Path

from support.sound_card import SoundCard

_NAMES = (("ear", "capture"), ("horn", "playback"))


class Wiring:
    """A microphone "ear" and a loudspeaker "horn", each of a card of its own, or missing.

    `env` is the environment for a program that sees these devices and no others.
    """

    def __init__(self, folder: Path, card: SoundCard) -> None:
        self._file = folder / "asound.conf"
        self.env = {**card.env, "ALSA_CONFIG_PATH": str(self._file)}

    def plug(self, *, ear: SoundCard | None, horn: SoundCard | None) -> None:
        """From now on these are there: a program sees that when it looks at its devices afresh."""
        half = {"capture": ear, "playback": horn}
        pcms = {
            way: f'{way}.pcm {{ type pulse server "{card.env["PULSE_SERVER"]}" }}'
            for way, card in half.items()
            if card
        }
        entries = [f"pcm.{name} {{ type asym {pcms[way]} }}" for name, way in _NAMES if way in pcms]
        entries.append(f"pcm.default {{ type asym {' '.join(pcms.values())} }}" if pcms else "pcm.default null")
        self._file.write_text("\n".join(entries) + "\n", encoding="utf-8")
