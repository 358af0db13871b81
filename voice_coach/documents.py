"""Reads a YAML file of prompts/ into a pydantic model; whatever is wrong becomes one line that says where."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from voice_coach.errors import PromptError

Where: TypeAlias = Sequence[str | int]
"""The way to a value: keys and list positions from the top of the file."""

_Model = TypeVar("_Model", bound=BaseModel)
_BOOL = "tag:yaml.org,2002:bool"
_STRING = "tag:yaml.org,2002:str"
_YAML_11: Any = yaml.resolver.Resolver()


class _Loader(yaml.SafeLoader):
    """YAML 1.1 reads the words yes and no as booleans; here they are words, as in YAML 1.2."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOL]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver(_BOOL, re.compile(r"^(?:true|false)$"), list("tf"))


class Document:
    """One YAML file, remembered with the line of every key so that errors can point at it."""

    def __init__(self, path: Path) -> None:
        """Read and check the YAML itself. Raises PromptError if it is missing, unreadable or has a key twice."""
        self.path = path
        try:
            self.text = path.read_text(encoding="utf-8-sig")
            loader = _Loader(self.text)
        except FileNotFoundError:
            raise PromptError(f"{path}: expected a file here, found none") from None
        except OSError as error:
            raise PromptError(f"{path}: expected readable UTF-8 text: {error.strerror}") from None
        except (UnicodeDecodeError, yaml.reader.ReaderError) as error:
            raise PromptError(f"{path}: expected readable UTF-8 text: {_one_line(error)}") from None
        try:
            root = loader.get_single_node()
            if not isinstance(root, yaml.MappingNode):
                raise PromptError(f"{path}: expected keys with values, found {_kind(root)}")
            self._root = root
            self._reject_odd_keys(root, ())
            self.data: Any = loader.construct_document(root)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = f"{path}:{mark.line + 1}" if mark else str(path)
            reason = " ".join(part for part in (error.context, error.problem) if part)
            raise PromptError(f"{place}: expected valid YAML: {_one_line(reason)}") from None
        except RecursionError:
            raise PromptError(
                f"{path}: expected a few levels of YAML, found too many, or one within itself"
            ) from None
        finally:
            loader.dispose()

    def parse(self, model: type[_Model]) -> _Model:
        """The file as `model`. Raises PromptError for the first thing that does not fit."""
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            # A misspelt key is reported twice, as unknown and as missing: what was written comes first.
            problems = sorted(error.errors(include_url=False), key=lambda p: p["type"] != "extra_forbidden")
            first = problems[0]
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            raise self.error(self._without_tags(first["loc"]), _expected(first) + more) from None

    def reject_unquoted(self, keys: Collection[str]) -> None:
        """Raises PromptError for a word without quotes that YAML 1.1, and so hassil, takes for something else.

        That is yes, no, on, off, null or 12, as a key, in a list, or as the value of one of `keys`.
        """
        for where, node in _scalars(self._root, (), keys):
            if node.style is None and _YAML_11.resolve(yaml.ScalarNode, node.value, (True, False)) != _STRING:
                raise self.error(where, f'put it in quotes: "{node.value}"')

    def error(self, where: Where, what: str) -> PromptError:
        """The one line that says which file, line and key, and what was expected there."""
        node: yaml.Node | None = self._root
        line = self._root.start_mark.line
        for key in where:
            node, found = _child(node, key)
            line = line if found is None else found
        dotted = ".".join(map(str, where))
        return PromptError(f"{self.path}:{line + 1}: {dotted + ': ' if dotted else ''}{what}")

    def _without_tags(self, where: Where) -> Where:
        """Pydantic puts the kind of an activity into the way, after its number, as if it were a key."""
        node: yaml.Node | None = self._root
        keys: list[str | int] = []
        for before, key in zip((None, *where), where, strict=False):
            kind, _ = _child(node, "kind")
            if isinstance(before, int) and isinstance(kind, yaml.ScalarNode) and kind.value == key:
                continue
            node, _ = _child(node, key)
            keys.append(key)
        return keys

    def _reject_odd_keys(self, node: yaml.Node, where: tuple[str | int, ...]) -> None:
        """YAML itself takes the last of two equal keys without a word, and whole lists as keys."""
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                here = (*where, _one_line(key.value) if isinstance(key, yaml.ScalarNode) else "?")
                place = f"{self.path}:{key.start_mark.line + 1}: {'.'.join(map(str, here))}"
                if not isinstance(key, yaml.ScalarNode):
                    raise PromptError(f"{place}: expected a word as the key, found {_kind(key)}")
                if key.value in seen:
                    raise PromptError(f"{place}: expected each key once, found it again")
                seen.add(key.value)
                self._reject_odd_keys(value, here)
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                self._reject_odd_keys(value, (*where, index))


def _scalars(
    node: yaml.Node, where: tuple[str | int, ...], keys: Collection[str]
) -> Iterator[tuple[Where, yaml.ScalarNode]]:
    """Keys, items of lists, and the values of `keys`."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*where, key.value)
            yield here, key
            if key.value in keys and isinstance(value, yaml.ScalarNode):
                yield here, value
            yield from _scalars(value, here, keys)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            if isinstance(value, yaml.ScalarNode):
                yield (*where, index), value
            yield from _scalars(value, (*where, index), keys)


def _child(node: yaml.Node | None, key: str | int) -> tuple[yaml.Node | None, int | None]:
    """What lies under `key`, and the line (from 0) it begins on; None where there is no such thing."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == str(key):
                return value, name.start_mark.line
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key], node.value[key].start_mark.line
    return None, None


def _expected(problem: Any) -> str:
    """Pydantic's problem in our words: what was expected, what was found."""
    kind, message, context = problem["type"], problem["msg"], problem.get("ctx", {})
    match kind:
        case "missing":
            return "expected this key, found none"
        case "extra_forbidden":
            return "expected no such key"
        case "union_tag_invalid":
            return f"expected kind to be one of {context['expected_tags']}, found {context['tag']!r}"
        case "union_tag_not_found":
            return "expected a kind"
        case "value_error":
            return str(message).removeprefix("Value error, ")
        case "string_type" if isinstance(problem["input"], _PLAIN):
            return f"expected text, found {_shown(problem['input'])}; put it in quotes"
        case "tuple_type" if isinstance(problem["input"], _PLAIN):
            return f"expected text, or a list of it, found {_shown(problem['input'])}; put it in quotes"
    if kind in _KINDS:
        return f"expected {_KINDS[kind]}, found {_shown(problem['input'])}"
    message = re.sub(r"^Input should (be|have|match) ?", lambda m: "" if m[1] == "be" else f"to {m[1]} ", message)
    return f"expected {_one_line(message)}, found {_shown(problem['input'])}"


_PLAIN = (bool, int, float, date)
"""What YAML makes of words without quotes."""
_KINDS = {
    "string_type": "text",
    "tuple_type": "text, or a list of it",
    "list_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "model_attributes_type": "keys with values",
    "float_type": "a number",
    "float_parsing": "a number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}
"""Pydantic's kinds of problem, as what was expected."""


def _shown(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case dict():
            return "keys with values"
        case date():
            return str(value)
    text = _one_line(repr(value))
    return text if len(text) <= 60 else text[:57] + "..."


def _kind(node: yaml.Node | None) -> str:
    match node:
        case None:
            return "nothing"
        case yaml.SequenceNode():
            return "a list"
        case yaml.MappingNode():
            return "keys with values"
    return "a single value"


def _one_line(reason: object) -> str:
    return " ".join(str(reason).split())
