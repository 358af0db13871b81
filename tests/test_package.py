"""What is built and installed is whole: it starts, and its own model loads, far away from the clone."""

import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

CLONE = Path(__file__).parents[1]
LARGEST_WHEEL = 10_000_000


def run(command: Sequence[str | Path], cwd: Path, **env: str) -> str:
    """Output of a command that must succeed."""
    done = subprocess.run(
        command, check=False, cwd=cwd, env={"PATH": "/usr/bin:/bin", **env}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution, so that both are seen to be whole."""
    folder = tmp_path_factory.mktemp("dist")
    for target, root in (("sdist", CLONE), ("wheel", folder / "source")):
        if target == "wheel":
            (packed,) = folder.glob("*.tar.gz")
            root.mkdir()
            run(["tar", "-xzf", packed, "-C", root, "--strip-components=1"], folder)
        run([sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", folder], root)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package alone installed in it."""
    target = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    run([*pip, "--no-deps", "--no-index", "--target", target, wheel], target)
    return target


def in_package(installed: Path, code: str) -> str:
    """Output of Python code that imports the installed package; -P and the folder keep the clone away."""
    return run([sys.executable, "-P", "-c", code], installed, PYTHONPATH=str(installed)).strip()


def test_the_wheel_has_words_model_and_licences_and_stays_small(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for name in (
        "voice_coach/py.typed",
        "voice_coach/_data/models/coach-en/am/final.mdl",
        "voice_coach/_data/models/official.toml",
        "voice_coach/_data/prompts/en/lines.yaml",
        "voice_coach/_data/prompts/en/commands.yaml",
        "voice_coach/_data/prompts/en/guides/reconnect.yaml",
    ):
        assert name in names
    assert any(name.endswith("/licenses/NOTICE") for name in names)
    assert not any("test" in name.split("/")[0] for name in names)
    assert wheel.stat().st_size < LARGEST_WHEEL


def test_everything_tracked_in_prompts_and_models_is_packed(wheel: Path) -> None:
    packed = {n.removeprefix("voice_coach/_data/") for n in zipfile.ZipFile(wheel).namelist() if "/_data/" in n}
    here = {
        str(p.relative_to(CLONE)) for d in ("prompts", "models") for p in (CLONE / d).rglob("*") if p.is_file()
    }
    assert packed == here


def test_the_embedded_model_loads_with_vosk_from_the_installed_package(installed: Path) -> None:
    code = """
import vosk
from voice_coach.models import choose_model, embedded_model
vosk.SetLogLevel(-1)
model = vosk.Model(model_path=str(embedded_model()))
recogniser = vosk.KaldiRecognizer(model, 16000, '["what is next", "[unk]"]')
recogniser.AcceptWaveform(bytes(32000))
print(embedded_model(), model.vosk_model_find_word("coach") >= 0, recogniser.FinalResult() != "")
"""
    folder, knows_coach, decodes = in_package(installed, code).split()
    assert Path(folder) == installed / "voice_coach" / "_data" / "models" / "coach-en"
    assert (knows_coach, decodes) == ("True", "True")


def test_the_installed_package_finds_its_guides(installed: Path) -> None:
    code = "from voice_coach.guide import load_guide; print(len(load_guide('reconnect').steps))"
    assert in_package(installed, code) == "7"


def test_python_m_starts_the_installed_command(installed: Path) -> None:
    command = [sys.executable, "-P", "-m", "voice_coach", "--version"]
    assert run(command, installed, PYTHONPATH=str(installed)) == "voice-coach 0.1.0\n"


def pins(lock: str) -> set[str]:
    """The requirements of a lock, each with its version."""
    text = (CLONE / "scripts" / lock).read_text()
    return {line.removesuffix(" \\") for line in text.splitlines() if line and line[0].isalpha()}


@pytest.mark.parametrize("lock", ["requirements-build.lock", "requirements.lock", "requirements-test.lock"])
def test_locks_name_no_index_and_every_package_has_hashes(lock: str) -> None:
    text = (CLONE / "scripts" / lock).read_text()
    assert "://" not in text
    assert pins(lock)
    assert all("==" in pin and f"{pin} \\\n    --hash=sha256:" in text for pin in pins(lock))


def test_each_lock_only_adds_to_the_one_before() -> None:
    build, run_time, test = map(pins, ("requirements-build.lock", "requirements.lock", "requirements-test.lock"))
    assert run_time <= test
    names = {pin.split("==")[0]: pin for pin in run_time | test}
    assert all(names.get(pin.split("==")[0], pin) == pin for pin in build)
