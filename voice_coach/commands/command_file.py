"""A command file, hassil templates in YAML: reading and checking it, with errors of one line that say where."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hassil.errors import MissingListError, MissingRuleError
from hassil.intents import Intents, SlotList
from hassil.numbers import get_rbnf_engine
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError
from pydantic import BaseModel, ConfigDict

from voice_coach.commands.short_forms import ShortForms
from voice_coach.commands.template_graph import Graph
from voice_coach.commands.templates import build_graph
from voice_coach.documents import Document, Where
from voice_coach.errors import PromptError, nearest

UNCLEAR = "unclear"
"""The intent of sentences that are recognised as what they are and mean nothing ("maybe"): a match is none."""

_BROKEN = (KeyError, TypeError, ValueError, AttributeError, AssertionError, ParseError)
"""The errors that hassil raises for a file that it does not expect."""


class _Part(BaseModel):
    """A part of the file; hassil has more keys than are read here."""

    model_config = ConfigDict(extra="allow")


class _Block(_Part):
    sentences: list[str]
    slots: dict[str, Any] = {}


class _Intent(_Part):
    data: list[_Block]


class _File(_Part):
    language: str
    intents: dict[str, _Intent]
    lists: dict[str, dict[str, Any]] = {}
    expansion_rules: dict[str, str] = {}
    skip_words: list[str] = []
    address_words: list[str] = []
    hesitation_words: list[str] = []
    answers: list[str] = []
    short_forms: dict[str, list[str]] = {}
    spelling: dict[str, str] = {}
    asked_only: str | None = None
    offered: list[str] = []


@dataclass(frozen=True, slots=True)
class CommandFile:
    """A command file that has been checked."""

    intents: Intents
    graph: Graph
    address: frozenset[str] = frozenset()
    """Words to skip that show to whom one speaks."""
    hesitation: frozenset[str] = frozenset()
    """Words behind which more is to come."""
    answers: frozenset[str] = frozenset()
    """Intents that answer a question."""
    spelling: Mapping[str, str] = field(default_factory=dict)
    """Words as some people write them ("p m") to what the model writes ("pm")."""
    asked_only: "CommandFile | None" = None
    """Intents in a file of their own, which count only while a question asks for them."""
    offered: frozenset[str] = frozenset()
    """Intents that name something on offer, and count only while a question offers it."""


def read_command_file(
    path: Path,
    fill: Callable[[str, ShortForms], Mapping[str, SlotList]],
    known: Mapping[str, Collection[str]] | None,
) -> CommandFile:
    """The templates in `path`, with the slot lists that `fill` makes for its language and with its short forms.

    `known`: the intents there have to be, with the slots that each may have; None for any.

    Raises PromptError: file, line, key, and what was expected.
    """
    document = Document(path)
    document.reject_unquoted({"in", "language"})
    file = document.parse(_File)
    _check_language(document, file.language)
    asked_only = None
    if file.asked_only is not None:
        asked_only = read_command_file(path.with_name(file.asked_only), fill, None)
        if known is not None:
            known = {name: slots for name, slots in known.items() if name not in asked_only.intents.intents}
    _check_intents(document, file, known)
    try:
        intents = Intents.from_dict(document.data)
        intents.slot_lists.update(fill(file.language, ShortForms.of(file.short_forms)))
        graph = build_graph(intents)
    except (MissingListError, MissingRuleError) as error:
        raise _missing(document, str(error)) from None
    except _BROKEN as error:
        _check_sentences(document, file)
        raise PromptError(
            f"{path}: not a hassil command file ({type(error).__name__}: {' '.join(str(error).split())})"
        ) from error
    address, hesitation = frozenset(file.address_words), frozenset(file.hesitation_words)
    answers = frozenset(file.answers)
    return CommandFile(
        intents, graph, address, hesitation, answers, file.spelling, asked_only, frozenset(file.offered)
    )


def _check_language(document: Document, language: str) -> None:
    """Raises PromptError for a language whose numbers cannot be put into words."""
    try:
        get_rbnf_engine(language).format_number(1)
    except Exception:  # whatever the library raises for a language that it does not have
        raise document.error(("language",), f"there are no words for numbers in {language!r}") from None


def _check_intents(document: Document, file: _File, known: Mapping[str, Collection[str]] | None) -> None:
    """Raises PromptError for an intent or slot too many, an intent too few, or an answer that is no intent."""
    for name, intent in file.intents.items():
        if known is None or name == UNCLEAR:
            continue
        if name not in known:
            raise document.error(("intents", name), f"there is no such intent; {nearest(name, sorted(known))}")
        for block, data in enumerate(intent.data):
            for slot in data.slots.keys() - set(known[name]):
                raise document.error(
                    ("intents", name, "data", block, "slots", slot), "this intent has no such slot"
                )
    for name in known or ():
        if name not in file.intents:
            raise document.error(("intents",), f"expected the intent {name}, found none")
    for name in file.offered:
        if name not in file.intents:
            others = nearest(name, sorted(file.intents))
            raise document.error(("offered",), f"there is no intent {name}; {others}")
    for name in file.answers:
        if name not in file.intents:
            raise document.error(("answers",), f"there is no intent {name}; {nearest(name, sorted(file.intents))}")


def _check_sentences(document: Document, file: _File) -> None:
    """Raises PromptError for the first sentence that is no template."""
    places: list[tuple[Where, str]] = [
        (("intents", name, "data", block, "sentences", at), text)
        for name, intent in file.intents.items()
        for block, data in enumerate(intent.data)
        for at, text in enumerate(data.sentences)
    ]
    for where, text in (
        *places,
        *((("expansion_rules", name), text) for name, text in file.expansion_rules.items()),
    ):
        try:
            parse_sentence(text)
        except _BROKEN as error:
            raise document.error(where, f"not a sentence template: {error}") from None


def _missing(document: Document, message: str) -> PromptError:
    """The error for a rule or list that is used and not there, at the line where it is used first."""
    name = re.search(r"[<{].*?[>}]", message)
    for number, line in enumerate(document.text.splitlines() if name else (), 1):
        if name and name.group()[:-1] in line.split("#")[0]:
            return PromptError(f"{document.path}:{number}: {message}")
    return PromptError(f"{document.path}: {message}")
