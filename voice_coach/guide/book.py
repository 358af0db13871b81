"""All words the coach can say: the lines of `lines.yaml` and the texts of one guide, with values filled in."""

from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from voice_coach.documents import Document
from voice_coach.errors import PromptError
from voice_coach.guide.catalogue import LINES, Value
from voice_coach.guide.speech import Speech
from voice_coach.guide.templates import check, phrases, placeholders, without_stars
from voice_coach.guide.types import Guide, Sentences
from voice_coach.plan.types import Rule
from voice_coach.resources import prompts_dir


class _LinesFile(BaseModel):
    """`lines.yaml` as it is written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    speech: Speech
    labels: dict[str, str]
    lines: dict[str, Sentences]


class Book:
    """Sentences by key: a key of `catalogue.LINES`, or of `Guide.texts` (`guide/...`)."""

    def __init__(
        self, guide: Guide, lines: Mapping[str, tuple[str, ...]], labels: Mapping[str, str], speech: Speech
    ) -> None:
        """From checked parts; use `load` for files."""
        self.guide = guide
        self._labels = labels
        self._marked = {**lines, **guide.texts()}
        self._sentences = {key: tuple(map(without_stars, said)) for key, said in self._marked.items()}
        self._speech = speech

    @classmethod
    def load(cls, guide: Guide, language: str = "en", folder: Path | None = None) -> "Book":
        """The language's `lines.yaml` (in `folder` if given) beside `guide`.

        Raises PromptError, in one line, for a key too many or too few and for a placeholder the line may not use.
        """
        document = Document((folder or prompts_dir(language)) / "lines.yaml")
        parsed = document.parse(_LinesFile)
        for key, sentences in parsed.lines.items():
            if key not in LINES:
                raise document.error(("lines", key), "expected no such line")
            if not sentences:
                raise document.error(("lines", key), "expected at least one sentence, found none")
            if problem := check(sentences, LINES[key]):
                raise document.error(("lines", key), problem)
        for key in sorted(LINES.keys() - parsed.lines.keys()):
            raise document.error(("lines", key), "expected this line, found none")
        return cls(guide, parsed.lines, parsed.labels, parsed.speech)

    def say(self, line: str, values: Mapping[str, Value], *, brief: bool = False) -> list[str]:
        """The sentences of a line, in order, with `values` in words; values the line does not use are ignored.

        `brief`: only those from the last question on, or else the last one. Raises PromptError where there is no
        such line, or a value is missing.
        """
        if line not in self._sentences:
            raise PromptError(f"{line}: expected a line of lines.yaml or a text of the guide {self.guide.id}")
        words = {name: self._in_words(name, value) for name, value in values.items()}
        try:
            said = [sentence.format_map(words) for sentence in self._sentences[line]]
        except KeyError as missing:
            raise PromptError(f"{line}: expected a value for {{{missing.args[0]}}}, found none") from None
        if not brief:
            return said
        questions = [index for index, sentence in enumerate(said) if "?" in sentence]
        return said[questions[-1] if questions else -1 :]

    def label(self, name: str) -> str:
        """What the screen shows for a name. Raises PromptError where there is no such label."""
        if name not in self._labels:
            raise PromptError(f"lines.yaml: labels: expected {name}, found none")
        return self._labels[name]

    def phrases(self, line: str, values: Mapping[str, Value]) -> list[str]:
        """What the line tells people to say, word for word; each of several options for itself."""
        words = {name: self._in_words(name, value) for name, value in values.items()}
        found: list[str] = []
        for sentence in self._marked[line]:
            for phrase in phrases(sentence):
                value = values.get(phrase.strip("{}"))
                found += map(str, value) if isinstance(value, tuple) else [phrase.format_map(words)]
        return found

    def fixed(self, names: tuple[str, str], wake: str) -> list[str]:
        """Every sentence whose words are known beforehand, each once: for rendering ahead of time.

        The guide's own texts come after the greeting, in the order of the talk; what is only printed is left out.
        """
        first, second = names
        people = [
            {"name": name, "other": other, "name_a": first, "name_b": second, "wake": wake}
            for name, other in ((first, second), (second, first))
        ]
        keys = ["greeting", *self.guide.texts(), *sorted(LINES)]
        found: dict[str, None] = {}
        for key in keys:
            titles = self._titles() if key.startswith("next") else [self.guide.title]
            for sentence in () if key == "guide/safety" else self._sentences[key]:
                wanted = placeholders(sentence)
                if wanted <= {*people[0], "title"}:
                    for values, title in product(people, titles if "title" in wanted else [""]):
                        found[sentence.format_map({**values, "title": title})] = None
        return list(found)

    def _titles(self) -> list[str]:
        """What may come next: every part and activity."""
        return [t for part in self.guide.all_parts for t in (part.title, *(a.title for a in part.activities))]

    def _in_words(self, name: str, value: Value) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, Rule):
            return self._speech.clock(value) if name == "clock" else self._speech.when(value)
        if isinstance(value, Sequence):
            items = tuple(self._in_words(name, item) for item in value)
            return self._speech.one_of(items) if name == "options" else self._speech.joined(items)
        return self._speech.span(value) if name.endswith("_s") else self._speech.number(value)
