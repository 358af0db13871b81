"""Devices and samples: PortAudio, microphone, loudspeaker and playback queue, files, levels, voice activity."""
