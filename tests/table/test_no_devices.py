"""`voice-coach run` on a machine without sound: it says so in one line and plays the rehearsal, to be read."""

import os
import signal
import subprocess
import sys
from pathlib import Path


def test_without_devices_the_rehearsal_is_read_and_leaves_no_file(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "voice_coach", "run"],
        env={**os.environ, "HOME": str(tmp_path), "PULSE_SERVER": "unix:/nowhere"},
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        first, second = (process.stdout.readline() for _ in range(2))
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 143
        said = process.stderr.read().splitlines()
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()
        process.stderr.close()
    ours = [line for line in said if line.startswith("voice-coach: ")]
    assert len(ours) == 1
    assert "rehearsing instead" in ours[0]
    assert "40 minutes" in ours[0], "how long it is"
    for instead in ("rehearse early", "run --keyboard", "rehearse --out"):
        assert instead in ours[0]
    assert "Traceback" not in "".join(said)
    assert first.split()[:2] == ["00:00", "Coach"]
    assert second.split()[1:] == ["Anna", "start"]
    assert [path for path in tmp_path.iterdir() if not path.name.startswith(".")] == []
