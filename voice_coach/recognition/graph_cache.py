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

from voice_coach.errors import ModelError
from voice_coach.recognition.cache_folder import cache_folder
from voice_coach.recognition.decoding_graph import Grammar
from voice_coach.recognition.model import graph_folder
from voice_coach.recognition.vocabulary import read_vocabulary

_FORMAT = 9  # one more whenever a view becomes something else for the same model and grammar
_CHILD = Path(__file__).with_name("graph_compiler_child.py")
_TIMEOUT_S = 60
_SIZE = "grammar-bytes"
_KEPT = 24
"""Views in the cache: people change names and guides; what was not used for longest goes."""


def make_view(model: Path, grammar: Grammar) -> Path:
    """The directory to load in place of `model` to hear `grammar`. Raises ModelError when it cannot be made."""
    try:
        return _view(model, grammar)
    except OSError as error:
        raise ModelError(
            f"{error.filename or model}: the commands could not be made into a graph: {error.strerror or error}"
        ) from None


def _view(model: Path, grammar: Grammar) -> Path:
    graph = graph_folder(model)
    wanted = json.dumps(grammar.as_json(), sort_keys=True)
    stamps = [(name, (graph / name).stat().st_size, (graph / name).stat().st_mtime_ns) for name in _parts(graph)]
    key = hashlib.sha256(os.fsencode(f"{_FORMAT} {model.resolve()} {stamps} {wanted}")).hexdigest()[:32]
    folder = cache_folder("graphs")
    view = folder / key
    if not _is_whole(view, graph == model):
        shutil.rmtree(view, ignore_errors=True)
        part = Path(tempfile.mkdtemp(dir=folder, prefix="part-"))
        try:
            _fill(part, model, graph, wanted)
            # Another process may have been faster: then its view is as good.
            with contextlib.suppress(OSError):
                part.rename(view)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        _prune(folder)
    with contextlib.suppress(PermissionError):  # of somebody else's cache
        os.utime(view)
    return view


def _is_whole(view: Path, flat: bool) -> bool:
    """Whether a view is there with all of its grammar: a power cut may leave a file shorter than it was."""
    try:
        return _grammar_file(view, flat).stat().st_size == int((view / _SIZE).readlink().name)
    except (OSError, ValueError):
        return False


def _grammar_file(view: Path, flat: bool) -> Path:
    """`flat`: a model of the older layout, with everything at the top."""
    return view / "Gr.fst" if flat else view / "graph" / "Gr.fst"


def _parts(graph: Path) -> list[str]:
    return [name for name in ("HCLr.fst", "Gr.fst", "words.txt") if (graph / name).exists()]


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
    grammar_file = _grammar_file(view, graph == model)
    try:
        subprocess.run(
            [sys.executable, "-P", _CHILD, grammar_file],
            input=grammar,
            text=True,
            errors="replace",
            capture_output=True,
            check=True,
            timeout=_TIMEOUT_S,
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        raise ModelError(
            f"the commands could not be made into a graph ({said[-1] if said else error}); run scripts/start again"
        ) from error
    with grammar_file.open("rb") as written:
        os.fsync(written.fileno())
    # A link to nowhere: it is there with all that it says, or not at all.
    (view / _SIZE).symlink_to(str(grammar_file.stat().st_size))


def _prune(folder: Path) -> None:
    def used(view: Path) -> float:
        # Another process may have removed it, or finished and renamed it, since it was listed.
        try:
            return view.stat().st_mtime
        except FileNotFoundError:
            return 0.0

    for view in sorted(folder.iterdir(), key=used, reverse=True)[_KEPT:]:
        shutil.rmtree(view, ignore_errors=True)
