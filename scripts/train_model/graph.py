"""Stage: the decoding graph: HCLr.fst (sounds to words, look-ahead), words.txt and what Vosk wants beside them.

Kaldi's recipe without Kaldi: lexicon with disambiguation symbols -> left-context classes -> transition ids ->
determinised, minimised -> self-loops -> OpenFst's olabel_lookahead, which numbers the words anew. Never to be run
in one process with a loaded Vosk model: kaldifst and vosk were seen to hang together.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import kaldifst  # type: ignore[import-untyped]

from scripts.train_model.export import transition_states
from scripts.train_model.lexicon import Lexicon
from scripts.train_model.openfst import openfst
from scripts.train_model.phones import (
    ARPABET,
    KALDI_PHONES,
    LEFT_CLASS,
    POSITIONS,
    SILENCE,
    forward_output,
    in_word_positions,
    plain_phone,
)

SILENCE_PROBABILITY = 0.5  # between two words
UNKNOWN = "[unk]"
_UNKNOWN_COST = 2.3  # nats a phone: less and it takes commands, more and commands take other words
_MANY = 6  # ways on from a state: more are shared by its copies rather than copied
_EPSILON = "<eps>"

Arc = tuple[int, int, str, str, float]
"""From, to, phone, word, cost."""


@dataclass(frozen=True, slots=True)
class Symbols:
    """Numbers of phones with disambiguation symbols, and of words before they are numbered anew."""

    phones: dict[str, int]
    disambiguation: list[str]
    words: dict[str, int]


def entries(words: Sequence[str], lexicon: Lexicon) -> tuple[list[tuple[str, list[str]]], int]:
    """(word, phones in word positions), with #1, #2 ... where a pronunciation is another's or begins one."""
    plain = [(word, in_word_positions(list(way))) for word in words for way in lexicon[word]]
    same = Counter(tuple(phones) for _, phones in plain)
    beginnings = {tuple(phones[:end]) for _, phones in plain for end in range(1, len(phones))}
    used = Counter[tuple[str, ...]]()
    marked = list[tuple[str, list[str]]]()
    for word, phones in plain:
        key = tuple(phones)
        if same[key] > 1 or key in beginnings:
            used[key] += 1
            marked.append((word, [*phones, f"#{used[key]}"]))
        else:
            marked.append((word, phones))
    return marked, max(used.values(), default=0)


def lexicon_arcs(marked: Sequence[tuple[str, list[str]]]) -> list[Arc]:
    """The lexicon as arcs: 0 is the start, 1 between words and final, 2 goes through silence to 1."""
    silent, direct = -math.log(SILENCE_PROBABILITY), -math.log(1 - SILENCE_PROBABILITY)
    arcs: list[Arc] = [(0, 1, _EPSILON, _EPSILON, direct), (0, 2, _EPSILON, _EPSILON, silent)]
    arcs += [(2, 3, SILENCE, _EPSILON, 0.0), (3, 1, "#sil", _EPSILON, 0.0)]
    state = 4
    for word, phones in marked:
        at, said = 1, word
        for phone in phones[:-1]:
            arcs.append((at, state, phone, said, 0.0))
            at, said, state = state, _EPSILON, state + 1
        arcs += [(at, 1, phones[-1], said, direct), (at, 2, phones[-1], said, silent)]
    # An unknown word is any phones, between two symbols of its own.
    first, inside, last = state, state + 1, state + 2
    arcs.append((1, first, "#unk", UNKNOWN, 0.0))
    for phone in ARPABET:
        arcs += [
            (first, last, f"{phone}_S", _EPSILON, _UNKNOWN_COST),
            (first, inside, f"{phone}_B", _EPSILON, _UNKNOWN_COST),
            (inside, inside, f"{phone}_I", _EPSILON, _UNKNOWN_COST),
            (inside, last, f"{phone}_E", _EPSILON, _UNKNOWN_COST),
        ]
    return [*arcs, (last, 1, "#unkend", _EPSILON, direct), (last, 2, "#unkend", _EPSILON, silent)]


def build_graph(words: Sequence[str], lexicon: Lexicon, folder: Path) -> dict[str, int]:
    """Write the graph (all but Gr.fst) into `folder`; returns the number of each word, as Gr.fst must have it."""
    (folder / "phones").mkdir(parents=True, exist_ok=True)
    marked, most = entries(words, lexicon)
    disambiguation = [*(f"#{number}" for number in range(most + 1)), "#sil", "#unk", "#unkend"]
    known = list(dict.fromkeys(word for word, _ in marked))
    names = [_EPSILON, UNKNOWN, *known, "#0", "<s>", "</s>"]
    symbols = Symbols(
        {name: number for number, name in enumerate([*KALDI_PHONES, *disambiguation])},
        disambiguation,
        {name: number for number, name in enumerate(names)},
    )
    transducer = _to_transitions(_lexicon_fst(lexicon_arcs(marked), symbols), symbols)
    kaldifst.determinize_star(transducer)
    kaldifst.minimize_encoded(transducer)
    looped = _with_self_loops(transducer)
    kaldifst.arcsort(looped, sort_type="olabel")
    numbers = _write_lookahead(looped, symbols.words, folder)

    in_order = sorted(numbers.items(), key=lambda item: item[1])
    _lines(folder / "words.txt", [f"{word} {number}" for word, number in in_order])
    _lines(folder / "phones.txt", [f"{phone} {number}" for phone, number in symbols.phones.items()])
    _lines(folder / "disambig_tid.int", map(str, _disambiguation_ids(symbols).values()))
    positions = ["nonword" if name == SILENCE else POSITIONS[name.rsplit("_", 1)[1]] for name in KALDI_PHONES[1:]]
    _lines(folder / "phones" / "word_boundary.int", [f"{n} {position}" for n, position in enumerate(positions, 1)])
    return numbers


def _lexicon_fst(arcs: Sequence[Arc], symbols: Symbols) -> kaldifst.StdVectorFst:
    fst = kaldifst.StdVectorFst()
    for _ in range(1 + max(max(start, end) for start, end, *_ in arcs)):
        fst.add_state()
    fst.start = 0
    for start, end, phone, word, cost in arcs:
        fst.add_arc(start, kaldifst.StdArc(symbols.phones[phone], symbols.words[word], cost, end))
    fst.set_final(1, 0.0)
    return fst


def _disambiguation_ids(symbols: Symbols) -> dict[int, int]:
    """Number of a disambiguation symbol among phones -> among transition ids, after the last real one."""
    after = 2 * len(transition_states()) + 1
    return {symbols.phones[name]: after + index for index, name in enumerate(symbols.disambiguation)}


def _to_transitions(lexicon: kaldifst.StdVectorFst, symbols: Symbols) -> kaldifst.StdVectorFst:
    """Phones as the forward transition ids they have after the left context that leads to them."""
    place = {(phone, forward): number for number, (phone, forward, _) in enumerate(transition_states())}
    disambiguation = _disambiguation_ids(symbols)
    out = kaldifst.StdVectorFst()
    states = dict[tuple[int, int], int]()
    todo = list[tuple[int, int]]()

    def state(of: int, left_class: int) -> int:
        key = (of, left_class)
        if key not in states:
            states[key] = out.add_state()
            todo.append(key)
        return states[key]

    out.start = state(lexicon.start, LEFT_CLASS[0])
    while todo:
        at, left = todo.pop()
        source = states[at, left]
        if not math.isinf(final := float(lexicon.final(at).value)):
            out.set_final(source, final)
        for arc in kaldifst.ArcIterator(lexicon, at):
            cost, label, after = float(arc.weight.value), disambiguation.get(arc.ilabel, 0), left
            if arc.ilabel and not label:
                phone = plain_phone(arc.ilabel)
                label = 2 * place[arc.ilabel, forward_output(left, phone)] + 2
                cost, after = cost + math.log(2), LEFT_CLASS[phone]
            out.add_arc(source, kaldifst.StdArc(label, arc.olabel, cost, state(arc.nextstate, after)))
    kaldifst.arcsort(out, sort_type="ilabel")
    return out


def _with_self_loops(fst: kaldifst.StdVectorFst) -> kaldifst.StdVectorFst:
    """Add each phone's self-loop after its forward transition: a state becomes one copy for each way in.

    A copy of a state with many ways on leads there by an epsilon, which keeps the graph a third of the size.
    """
    real = 2 * len(transition_states())
    out = kaldifst.StdVectorFst()
    states = dict[tuple[int, int], int]()
    todo = list[tuple[int, int]]()

    def state(of: int, entered_by: int) -> int:
        key = (of, entered_by)
        if key not in states:
            states[key] = out.add_state()
            todo.append(key)
        return states[key]

    out.start = state(fst.start, 0)
    while todo:
        at, entered_by = todo.pop()
        source = states[at, entered_by]
        if entered_by:
            out.add_arc(source, kaldifst.StdArc(entered_by - 1, 0, math.log(2), source))
            if fst.num_arcs(at) > _MANY:
                out.add_arc(source, kaldifst.StdArc(0, 0, 0.0, state(at, 0)))
                continue
        if not math.isinf(final := float(fst.final(at).value)):
            out.set_final(source, final)
        for arc in kaldifst.ArcIterator(fst, at):
            to = state(arc.nextstate, arc.ilabel if 0 < arc.ilabel <= real else 0)
            out.add_arc(source, kaldifst.StdArc(arc.ilabel, arc.olabel, float(arc.weight.value), to))
    return out


def _write_lookahead(fst: kaldifst.StdVectorFst, words: dict[str, int], folder: Path) -> dict[str, int]:
    """Write HCLr.fst; returns the words' new numbers. Those it never says come after all others."""
    plain, pairs = folder / "HCL.fst", folder / "relabel.txt"
    fst.write(str(plain))
    openfst(
        "fstconvert", "--fst_type=olabel_lookahead", f"--save_relabel_opairs={pairs}", plain, folder / "HCLr.fst"
    )
    renamed = {int(old): int(new) for old, new in map(str.split, pairs.read_text("ascii").splitlines())}
    plain.unlink()
    pairs.unlink()
    said = {word: renamed.get(number, 0) for word, number in words.items() if number in renamed or not number}
    after = max(said.values()) + 1
    return said | {word: after + index for index, word in enumerate(word for word in words if word not in said)}


def _lines(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
