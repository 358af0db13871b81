"""A Vosk model's words and their numbers: from `words.txt`, or the symbol table in `Gr.fst` (official models)."""

import struct
from pathlib import Path

from voice_coach.errors import ModelError

_FST_MAGIC, _TABLE_MAGIC = 2125659606, 2125658996
_HAS_INPUT_SYMBOLS, _HAS_OUTPUT_SYMBOLS = 1, 2


def read_vocabulary(graph: Path) -> dict[str, int]:
    """Word -> number as the look-ahead graph in folder `graph` has it. Raises ModelError when there is none."""
    listed = graph / "words.txt"
    try:
        if listed.is_file():
            lines = listed.read_text(encoding="utf-8").splitlines()
            numbers = {word: int(number) for word, number in map(str.split, lines)}
            if not numbers:
                raise ValueError("there are no words in it")
            return numbers
        return _Binary((graph / "Gr.fst").read_bytes()).output_symbols()
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise ModelError(
            f"{graph}: the model's word list cannot be read ({error}); fetch the model again"
        ) from error


def has_symbols(fst: Path) -> bool:
    """Whether an FST file brings the words of its numbers along."""
    try:
        return _Binary(fst.read_bytes()).reach_symbols()
    except (OSError, ValueError, struct.error):
        return False


class _Binary:
    """OpenFst's file format, as far as the symbol tables behind the header."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def reach_symbols(self) -> bool:
        """Read up to the output symbols; whether there are any."""
        if self._number("<i") != _FST_MAGIC:
            raise ValueError("Gr.fst is no FST")
        self._text(), self._text()  # type of FST and of its arcs
        self._number("<i")  # version
        flags = self._number("<i")
        for _ in ("properties", "start", "states", "arcs"):
            self._number("<q")
        if flags & _HAS_INPUT_SYMBOLS:
            self._table()
        return bool(flags & _HAS_OUTPUT_SYMBOLS)

    def output_symbols(self) -> dict[str, int]:
        if not self.reach_symbols():
            raise ValueError("no words.txt, and no symbols in Gr.fst")
        return self._table()

    def _table(self) -> dict[str, int]:
        if self._number("<i") != _TABLE_MAGIC:
            raise ValueError("Gr.fst has a broken symbol table")
        self._text()
        self._number("<q")  # next free number
        return {self._text(): self._number("<q") for _ in range(self._number("<q"))}

    def _number(self, kind: str) -> int:
        (number,) = struct.unpack_from(kind, self._content, self._at)
        self._at += struct.calcsize(kind)
        return int(number)

    def _text(self) -> str:
        length = self._number("<i")
        if length < 0:
            raise ValueError("Gr.fst has a broken symbol table")
        text = self._content[self._at : self._at + length].decode("utf-8")
        self._at += length
        return text
