"""The names of the devices that a PortAudio started now would see, as JSON: `python device_list.py input|output`.

A process of its own: the PortAudio of the program has the list of its start, and a new list would cost it its open
streams.
"""

import importlib
import json
import sys


def main(kind: str) -> None:
    """Print the names of all devices with channels of this kind."""
    sounddevice = importlib.import_module("sounddevice")  # starts PortAudio; has no types
    channels = f"max_{kind}_channels"
    print(json.dumps([device["name"] for device in sounddevice.query_devices() if device[channels]]))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
