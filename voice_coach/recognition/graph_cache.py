"""Compiled models: copies of a model directory for one grammar, kept in the user's cache.

Each has links to the model, and the grammar in place of `Gr.fst`. A model may bring `conf/commands.conf` for them,
as ours does: commands are searched all the time, and less closely than all words. The sections that grammars share
are kept too, weighed. All are named by what they were made from, and made in full before they get their name.
"""

import contextlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from voice_coach.errors import ModelError
from voice_coach.recognition.cache_folder import cache_folder
from voice_coach.recognition.decoding_graph import Grammar, digest
from voice_coach.recognition.model import graph_folder
from voice_coach.recognition.vocabulary import read_vocabulary

_LOGGER = logging.getLogger(__name__)
_FORMAT = 10  # one more whenever something else is made of the same model and grammar
_CHILD = Path(__file__).with_name("graph_compiler_child.py")
_TIMEOUT_S = 60
_SIZE = "grammar-bytes"
_KEPT = 64
"""The number of compiled models in the cache, each of one to three MB, and of sections: what was not used longest
goes. A talk has about twenty, and people change names and guides."""


def compiled_model(model: Path, grammar: Grammar) -> Path:
    """The directory to load in place of `model` for a grammar. Raises ModelError when it cannot be made."""
    try:
        return _compiled_model(model, grammar)
    except OSError as error:
        raise ModelError(
            f"{error.filename or model}: the commands could not be made into a graph: {error.strerror or error}"
        ) from None


def _compiled_model(model: Path, grammar: Grammar) -> Path:
    began = time.perf_counter()
    graph = graph_folder(model)
    wanted = json.dumps(grammar.as_json(), sort_keys=True)
    stamps = [(name, (graph / name).stat().st_size, (graph / name).stat().st_mtime_ns) for name in _parts(graph)]
    key = digest(f"{_FORMAT} {model.resolve()} {stamps} {wanted}")
    folder = cache_folder("graphs")
    compiled = folder / key
    hit = _is_whole(compiled, graph == model)
    if not hit:
        shutil.rmtree(compiled, ignore_errors=True)
        part = Path(tempfile.mkdtemp(dir=folder, prefix="part-"))
        try:
            _fill(part, model, graph, grammar)
            # Another process may have been faster: then what it made is as good.
            with contextlib.suppress(OSError):
                part.rename(compiled)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        _prune(folder)
    with contextlib.suppress(PermissionError):  # of somebody else's cache
        os.utime(compiled)
    _LOGGER.info("graph %s: %s, %.2f s", key, "cache hit" if hit else "compiled", time.perf_counter() - began)
    return compiled


def _is_whole(compiled: Path, flat: bool) -> bool:
    """Whether a compiled model is there with all of its grammar: a power cut may leave a file too short."""
    try:
        return _grammar_file(compiled, flat).stat().st_size == int((compiled / _SIZE).readlink().name)
    except (OSError, ValueError):
        return False


def _grammar_file(compiled: Path, flat: bool) -> Path:
    """The file of the grammar; `flat`: in a model of the older layout, with everything at the top."""
    return compiled / "Gr.fst" if flat else compiled / "graph" / "Gr.fst"


def _parts(graph: Path) -> list[str]:
    """The files of a model that a grammar is compiled against."""
    return [name for name in ("HCLr.fst", "Gr.fst", "words.txt") if (graph / name).exists()]


def _fill(compiled: Path, model: Path, graph: Path, grammar: Grammar) -> None:
    """Make a compiled model in the empty folder `compiled`."""
    inside = compiled if graph == model else compiled / "graph"
    conf = model / "conf"
    folders = {model: compiled, graph: inside} | ({conf: compiled / "conf"} if conf.is_dir() else {})
    for source, target in folders.items():
        target.mkdir(exist_ok=True)
        for entry in source.iterdir():
            if entry.name != "Gr.fst" and entry not in folders:
                (target / entry.name).symlink_to(entry.resolve())
    if (conf / "commands.conf").exists():
        (compiled / "conf" / "commands.conf").rename(compiled / "conf" / "model.conf")
    if not (graph / "words.txt").exists():
        words = sorted(read_vocabulary(graph).items(), key=lambda item: item[1])
        (inside / "words.txt").write_text("".join(f"{w} {n}\n" for w, n in words), encoding="utf-8")
    grammar_file = _grammar_file(compiled, graph == model)
    sections = cache_folder("sections")
    try:
        try:
            _compile(grammar_file, grammar, sections, fresh=False)
        except subprocess.CalledProcessError:
            # A section that a power cut or another hand left broken is made anew.
            _compile(grammar_file, grammar, sections, fresh=True)
    except (OSError, subprocess.SubprocessError) as error:
        lines = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        why = lines[-1] if lines else error
        raise ModelError(
            f"the commands could not be made into a graph ({why}); run scripts/start again"
        ) from error
    _prune(sections)
    with grammar_file.open("rb") as written:
        os.fsync(written.fileno())
    # A link to nowhere: it is there with all that it says, or not at all.
    (compiled / _SIZE).symlink_to(str(grammar_file.stat().st_size))


def _compile(grammar_file: Path, grammar: Grammar, folder: Path, *, fresh: bool) -> None:
    """Write a grammar, with sections out of `folder`; `fresh`: with all of them made anew."""
    sections = dict[str, dict[str, Any]]()
    for section in grammar.sections:
        file = folder / f"{_FORMAT}-{section.name}"
        there = file.exists() and not fresh
        if there:
            with contextlib.suppress(PermissionError):
                os.utime(file)
        sections[section.name] = {"file": str(file), "of": None if there else section.request}
    subprocess.run(
        [sys.executable, "-P", _CHILD, grammar_file],
        input=json.dumps({"graph": grammar.as_json(), "sections": sections}),
        text=True,
        errors="replace",
        capture_output=True,
        check=True,
        timeout=_TIMEOUT_S,
    )


def _prune(folder: Path) -> None:
    """Remove from a folder what was not used for longest."""

    def used(entry: Path) -> float:
        # Another process may have removed it, or finished and renamed it, since it was listed.
        try:
            return entry.stat().st_mtime
        except FileNotFoundError:
            return 0.0

    for entry in sorted(folder.iterdir(), key=used, reverse=True)[_KEPT:]:
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
