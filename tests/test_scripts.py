"""Starting and setting up: from anywhere, only once, and with a plain word when something is missing."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

CLONE = Path(__file__).parents[1]
VERSION = "3.11.99"
TOOLS = (
    "bash",
    "cat",
    "cut",
    "dirname",
    "env",
    "find",
    "grep",
    "mktemp",
    "mv",
    "readlink",
    "rm",
    "sha256sum",
    "sort",
)
TOOLS += ("tail", "sh")


class Machine:
    """A clone on a machine that has just what a test puts there. Its commands note their arguments."""

    def __init__(self, folder: Path) -> None:
        self.clone = folder / "clone"
        self.bin = folder / "bin"
        self.log = folder / "log"
        self.log.touch()
        self.bin.mkdir()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(str(shutil.which(tool)))
        (self.clone / "scripts").mkdir(parents=True)
        for script in ("start", "setup", "requirements-build.lock", "requirements.lock", "requirements-test.lock"):
            shutil.copy(CLONE / "scripts" / script, self.clone / "scripts" / script)
        self.command("uname", '[ "$1" = -m ] && echo aarch64 || echo Linux')
        self.command("id", "echo 0")
        self.command("ldconfig", "echo libportaudio.so.2 libespeak-ng.so.1")
        self.command("espeak-ng")

    def command(self, name: str, body: str = "", folder: Path | None = None) -> None:
        """Put a command there."""
        file = (folder or self.bin) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        # A link to the machine's own tool would be written through.
        file.unlink(missing_ok=True)
        file.write_text(f'#!/bin/bash\necho "{name} $*" >>{self.log}\n{body}\n')
        file.chmod(0o755)

    def python(self, body: str = "") -> None:
        """Put a Python there whose venv has a Python and a voice-coach; `body` runs before that."""
        self.command(".venv-python", f'[[ "$*" != *sys.version.split* ]] || echo {VERSION}')
        made = self.clone / ".venv" / "bin"
        self.command(
            "python3.11",
            f"""{body}
case "$*" in
*python%d*) echo python3.11-venv ;;
"-m venv"*)
    mkdir -p {made}
    cp {self.bin}/.venv-python {made}/python
    cp {self.bin}/.coach {made}/voice-coach
    ;;
esac""",
        )
        self.command(".coach", 'printf "%s|" coach "$@"')
        for tool in ("mkdir", "cp"):
            if not (self.bin / tool).exists():
                (self.bin / tool).symlink_to(str(shutil.which(tool)))

    def run(
        self, script: str, *arguments: str, at: Path | None = None, cwd: str = "/"
    ) -> subprocess.CompletedProcess[str]:
        """Run a script of the clone, or through the link `at`, from another folder."""
        return subprocess.run(
            [at or self.clone / "scripts" / script, *arguments],
            check=False,
            cwd=cwd,
            env={"PATH": str(self.bin), "HOME": str(self.clone)},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    def done(self) -> list[str]:
        """What was called since last asked, without the questions put to Python and the sound library list."""
        lines = self.log.read_text().splitlines()
        self.log.write_text("")
        return [
            line for line in lines if " -c" not in line and "-ISc" not in line and line.split()[0] not in QUIET
        ]


QUIET = ("uname", "id", "ldconfig", "espeak-ng")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A Linux machine with the libraries and nothing of Python."""
    return Machine(tmp_path)


def test_the_first_start_sets_up_and_the_second_only_starts(machine: Machine) -> None:
    machine.python()
    first = machine.run("start", "run", "--names", "Ann,Bo B")
    assert first.returncode == 0, first.stderr
    assert first.stdout == "coach|run|--names|Ann,Bo B|"
    assert "voice-coach: setting up (once" in first.stderr
    assert [line.split("--no-build-isolation ")[1] for line in machine.done() if "pip" in line] == [
        "--require-hashes -r scripts/requirements-build.lock",
        "--require-hashes -r scripts/requirements.lock",
        "--editable .",
    ]
    second = machine.run("start")
    assert (second.returncode, second.stdout, second.stderr) == (0, "coach|run|", "")
    assert machine.done() == [".coach run"]


def test_it_starts_through_a_link_from_any_folder(machine: Machine, tmp_path: Path) -> None:
    machine.python()
    link = tmp_path / "coach"
    link.symlink_to(machine.clone / "scripts" / "start")
    assert machine.run("start", "doctor", at=link, cwd=str(tmp_path)).stdout == "coach|doctor|"


@pytest.mark.parametrize("broken", ["-m pip", "--editable"])
def test_a_set_up_that_was_cut_short_is_made_anew(machine: Machine, broken: str) -> None:
    machine.python()
    sane = (machine.bin / ".venv-python").read_text()
    machine.command(".venv-python", f'case "$*" in *"{broken}"*) exit 1 ;; esac\n{sane}')
    failed = machine.run("start")
    assert failed.returncode == 1
    assert "start again" in failed.stderr.splitlines()[-1].lower()
    assert not (machine.clone / ".venv" / ".ready").exists()
    (machine.bin / ".venv-python").write_text(sane)
    machine.done()
    assert machine.run("start").returncode == 0
    assert "python3.11 -m venv --clear .venv" in machine.done()


@pytest.mark.parametrize("change", ["lock", "python", "place"])
def test_another_lock_python_or_place_sets_up_anew(machine: Machine, change: str) -> None:
    machine.python()
    machine.run("start")
    machine.done()
    if change == "lock":
        with (machine.clone / "scripts" / "requirements.lock").open("a") as lock:
            lock.write("# another\n")
    elif change == "python":
        (machine.clone / ".venv" / "bin" / "python").unlink()
    else:
        machine.clone = machine.clone.rename(machine.clone.with_name("moved"))
        machine.python()
    assert machine.run("start").returncode == 0
    assert "python3.11 -m venv --clear .venv" in machine.done()


def test_tests_add_to_what_running_has(machine: Machine) -> None:
    machine.python()
    for command in ("pulseaudio", "pactl"):
        machine.command(command)
    machine.command("find", "echo found")
    machine.run("start")
    machine.done()
    assert machine.run("setup", "test").returncode == 0
    called = machine.done()
    assert not any("venv --clear" in line for line in called)
    assert any("-r scripts/requirements-test.lock" in line for line in called)
    assert machine.run("start").stderr == ""
    assert machine.run("setup", "test").stderr == ""


def test_without_python_it_says_what_to_install(machine: Machine) -> None:
    machine.command("python3", "exit 1")
    failed = machine.run("start")
    assert failed.returncode == 1
    assert "Python 3.11 or later is needed" in failed.stderr
    assert "sudo apt-get install python3 python3-venv" in failed.stderr


def test_missing_libraries_come_through_apt(machine: Machine) -> None:
    machine.python('[[ "$*" != *ensurepip* ]] || exit 1')
    machine.command("ldconfig")
    machine.command("apt-get")
    machine.run("start")
    installs = [line for line in machine.done() if line.startswith("apt-get") and " install " in line]
    assert len(installs) == 1
    assert installs[0].endswith("--no-install-recommends python3.11-venv libportaudio2 espeak-ng")


def test_old_package_lists_are_refreshed_once(machine: Machine) -> None:
    machine.python()
    machine.command("ldconfig")
    machine.command("find", "echo lists")
    machine.command("apt-get", 'echo "E: no such package" >&2; case "$*" in *install*) exit 100 ;; esac')
    failed = machine.run("start")
    assert failed.returncode == 1
    assert "E: no such package" in failed.stderr
    assert "Run this, then start again: apt-get install libportaudio2 espeak-ng" in failed.stderr
    assert [line.split()[5] for line in machine.done() if "apt-get" in line] == ["install", "update", "install"]


def test_who_is_not_root_uses_sudo_or_asks_for_somebody_who_may(machine: Machine) -> None:
    machine.python()
    machine.command("ldconfig")
    machine.command("id", "echo 1000")
    machine.command("apt-get")
    failed = machine.run("start")
    assert failed.returncode == 1
    assert "ask whoever administers this machine to run: apt-get install libportaudio2" in failed.stderr
    machine.command("sudo", '"$@"')
    assert machine.run("start").returncode == 0
    assert any(line.startswith("sudo env DEBIAN_FRONTEND=noninteractive apt-get") for line in machine.done())


def test_a_system_without_apt_is_told_what_to_install(machine: Machine) -> None:
    machine.python()
    machine.command("ldconfig")
    failed = machine.run("start")
    assert failed.returncode == 1
    for line in ("sudo dnf install portaudio espeak-ng", "sudo pacman -S portaudio espeak-ng", "brew install"):
        assert line in failed.stderr
    machine.command("ldconfig", "echo libportaudio.so.2 libespeak-ng.so.1")
    assert machine.run("start").returncode == 0, "with the libraries there, apt is not needed"


@pytest.mark.parametrize(
    ("system", "processor", "said"),
    [("Darwin", "arm64", "this set-up is for Linux"), ("Linux", "armv7l", "this needs a 64-bit system")],
)
def test_another_kind_of_machine_is_told_plainly(machine: Machine, system: str, processor: str, said: str) -> None:
    machine.command("uname", f'[ "$1" = -m ] && echo {processor} || echo {system}')
    failed = machine.run("start")
    assert (failed.returncode, len(failed.stderr.splitlines())) == (1, 1)
    assert said in failed.stderr


def test_the_stamp_tells_lock_python_and_place(machine: Machine) -> None:
    machine.python()
    machine.run("start")
    locks = (machine.clone / "scripts" / name for name in ("requirements-build.lock", "requirements.lock"))
    both = b"".join(lock.read_bytes() for lock in locks)
    expected = f"{hashlib.sha256(both).hexdigest()} {VERSION} {os.path.realpath(machine.clone)}\n"
    assert (machine.clone / ".venv" / ".ready").read_text() == expected
