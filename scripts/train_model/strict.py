"""A view of a model directory whose Gr.fst is a command grammar itself rather than a language model."""

import math
import tempfile
from collections import Counter
from pathlib import Path

from scripts.train_model.openfst import openfst
from voice_coach.hearing.graph import START, Graph


def strict_view(model: Path, graph: Graph, view: Path, extra: tuple[str, ...] = ()) -> None:
    """Make `view`: links to `model`, and a Gr.fst that accepts the sentences of `graph` (no free slots) alone.

    Every word of `extra` is accepted in place of a sentence. A way on costs the logarithm of how many there are.
    Raises KeyError for a word that the model does not know.
    """
    numbers = dict(line.split() for line in (model / "graph" / "words.txt").read_text("utf-8").splitlines())
    last = len(graph.words)
    lines = [f"{START} {last} {numbers[word]} {numbers[word]}" for word in extra]
    for node, (words, silent) in enumerate(zip(graph.words, graph.silent, strict=True)):
        lines += [f"{node} {arc.to} {numbers[arc.word]} {numbers[arc.word]}" for arc in words]
        lines += [f"{node} {arc.to} 0 0" for arc in silent]
    ends = [f"{node}" for node in sorted({*graph.ends, last})]
    # The state named first is the start.
    lines.sort(key=lambda line: not line.startswith(f"{START} "))
    for folder in (view, view / "graph"):
        folder.mkdir(parents=True, exist_ok=True)
        for entry in (model / folder.relative_to(view)).iterdir():
            link = folder / entry.name
            if entry.name not in {"graph", "Gr.fst"} and not link.is_symlink():
                link.symlink_to(entry.resolve())
    with tempfile.TemporaryDirectory() as scratch:
        work, text = Path(scratch) / "g.fst", Path(scratch) / "g.txt"
        openfst("fstcompile", "-", work, text="\n".join([*lines, *ends]) + "\n")
        for program in ("fstrmepsilon", "fstdeterminize", "fstminimize"):
            openfst(program, work, work)
        openfst("fstprint", work, text)
        shape = text.read_text(encoding="ascii").splitlines()
        ways = Counter(line.split()[0] for line in shape)
        weighted = (f"{line}\t{math.log(ways[line.split()[0]]):.4f}" for line in shape)
        openfst("fstcompile", "-", work, text="\n".join(weighted) + "\n")
        openfst("fstarcsort", "--sort_type=ilabel", work, work)
        openfst("fstconvert", "--fst_type=const", work, view / "graph" / "Gr.fst")
