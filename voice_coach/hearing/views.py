"""A view of a model directory for one grammar: links to the model, and the grammar in place of `Gr.fst`.

A model may bring `conf/commands.conf` for its views, as ours does: commands are searched all the time, and less
closely than all words. Views are kept in the user's cache, named by what they were made from, and made in full
before they get their name.
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import platformdirs

from voice_coach.errors import ModelError
from voice_coach.hearing.grammar import Grammar
from voice_coach.hearing.model import graph_folder
from voice_coach.hearing.vocabulary import read_vocabulary

_FORMAT = 7  # one more whenever a view becomes something else for the same model and grammar
_CHILD = Path(__file__).with_name("grammar_child.py")
_TIMEOUT_S = 60
_KEPT = 24
"""Views in the cache: people change names and guides; what was not used for longest goes."""


def make_view(model: Path, grammar: Grammar) -> Path:
    """The directory to load in place of `model` to hear `grammar`. Raises ModelError when it cannot be made."""
    graph = graph_folder(model)
    wanted = json.dumps(grammar.as_json(), sort_keys=True)
    stamps = [(name, (graph / name).stat().st_size, (graph / name).stat().st_mtime_ns) for name in _parts(graph)]
    key = hashlib.sha256(f"{_FORMAT} {model.resolve()} {stamps} {wanted}".encode()).hexdigest()[:32]
    folder = _folder()
    view = folder / key
    if not (view / "am").exists() and not (view / "final.mdl").exists():
        part = Path(tempfile.mkdtemp(dir=folder, prefix="part-"))
        try:
            _fill(part, model, graph, wanted)
            # Another process may have been faster: then its view is as good.
            with contextlib.suppress(OSError):
                part.rename(view)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        _prune(folder)
    os.utime(view)
    return view


def _parts(graph: Path) -> list[str]:
    return [name for name in ("HCLr.fst", "Gr.fst", "words.txt") if (graph / name).exists()]


def _folder() -> Path:
    """Names and wake phrase are in the grammars: for their owner alone."""
    folder = platformdirs.user_cache_path("voice-coach") / "graphs"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ModelError(f"{folder}: cannot be written ({error.strerror}); make it writable") from error
    return folder


def _fill(view: Path, model: Path, graph: Path, grammar: str) -> None:
    inside = view if graph == model else view / "graph"
    conf = model / "conf"
    folders = {model: view, graph: inside} | ({conf: view / "conf"} if conf.is_dir() else {})
    for source, target in folders.items():
        target.mkdir(exist_ok=True)
        for entry in source.iterdir():
            if entry.name != "Gr.fst" and entry not in folders:
                (target / entry.name).symlink_to(entry.resolve())
    if (conf / "commands.conf").exists():
        (view / "conf" / "commands.conf").rename(view / "conf" / "model.conf")
    if not (graph / "words.txt").exists():
        words = sorted(read_vocabulary(graph).items(), key=lambda item: item[1])
        (inside / "words.txt").write_text("".join(f"{w} {n}\n" for w, n in words), encoding="utf-8")
    try:
        subprocess.run(
            [sys.executable, "-P", _CHILD, inside / "Gr.fst"],
            input=grammar,
            text=True,
            capture_output=True,
            check=True,
            timeout=_TIMEOUT_S,
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        raise ModelError(
            f"the commands could not be made into a graph ({said[-1] if said else error}); run scripts/start again"
        ) from error


def _prune(folder: Path) -> None:
    def used(view: Path) -> float:
        # Another process may have removed it, or finished and renamed it, since it was listed.
        try:
            return view.stat().st_mtime
        except FileNotFoundError:
            return 0.0

    for view in sorted(folder.iterdir(), key=used, reverse=True)[_KEPT:]:
        shutil.rmtree(view, ignore_errors=True)
