"""The settings turned into the parts of a talk: guide, words, commands, options and hearing."""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from voice_coach.commands.command_set import Commands
from voice_coach.guide import Book, Guide, load_guide
from voice_coach.guide.catalogue import PRIVATE_EXIT
from voice_coach.hearing import Hearing
from voice_coach.journal.folder import journal_folder
from voice_coach.models import choose_model
from voice_coach.plan.types import QuietHours
from voice_coach.recognition.model import load_model
from voice_coach.resources import prompts_dir
from voice_coach.session import Options, Phase
from voice_coach.session.attention import attention
from voice_coach.session.state import Place
from voice_coach.session.transitions import INTENTS
from voice_coach.settings import Settings
from voice_coach.speaking import Voice
from voice_coach.table.half_duplex_ears import HalfDuplexEars
from voice_coach.table.store import Store, open_store


@dataclass(frozen=True, slots=True)
class TalkParts:
    """Everything that the live loop, the keyboard and the rehearsal need alike."""

    guide: Guide
    book: Book
    commands: Commands
    options: Options
    voice: Voice

    def is_private(self, text: str) -> bool:
        """Whether words are near those of the private exit."""
        return self.commands.is_near(PRIVATE_EXIT, text)

    def name_warnings(self) -> list[str]:
        """What is amiss with the two names, a line each: said alone, they mean something else as well."""
        found = []
        for name in self.options.names:
            others = self.commands.meanings(name) - {"person"}
            if others or set(self.commands.words(name)) <= self.commands.skip:
                meant = (
                    f"a command or an answer ({', '.join(sorted(others))})"
                    if others
                    else "a word that is passed over"
                )
                found.append(f'the name "{name}" is also {meant}: take a nickname (setting `names`)')
        return found


def assemble(settings: Settings, seed: int | None = None, *, stays: bool = False) -> TalkParts:
    """Load guide, lines and commands. Raises PromptError.

    `seed` decides who is drawn to start; None: chance. `stays`: whether the coach stays on between talks.
    """
    guide = load_guide(settings.guide, settings.language)
    commands = Commands.load(*own_commands(settings, guide), INTENTS)
    book = Book.load(guide, settings.language)
    options = Options(
        names=settings.names,
        turn_s=None if settings.turn_minutes is None else settings.turn_minutes * 60,
        grace_s=settings.grace_seconds,
        breath_s=settings.breath_seconds,
        pause_s=settings.pause_minutes * 60,
        wake=settings.wake_phrase,
        seed=random.randrange(2**31) if seed is None else seed,
        stays=stays,
        quiet=QuietHours(settings.quiet_from, settings.quiet_until),
    )
    voice = Voice(words_per_minute=settings.words_per_minute)
    if settings.voice is not None:
        voice = Voice(settings.voice, settings.words_per_minute)
    return TalkParts(guide, book, commands, options, voice)


def kept_in(settings: Settings, notice: Callable[[str, str | None], None]) -> AbstractContextManager[Store]:
    """The store of the journal that the settings name. Raises JournalBusyError where another coach is running."""
    return open_store(journal_folder(settings.memory), lambda: datetime.now(UTC), notice)


def own_commands(settings: Settings, guide: Guide) -> tuple[Path, dict[str, tuple[str, ...]]]:
    """The coach's own command file, and the lists of words that these people and this guide bring to it."""
    lists = {
        "name": settings.names,
        "choice": guide.offered(),
        "more": guide.unread(),
        "example": guide.examples(),
    }
    return prompts_dir(settings.language) / "commands.yaml", lists


def open_hearing(settings: Settings, parts: TalkParts) -> Hearing:
    """The hearing with the model that is to be used. Raises ModelError."""
    model = load_model(choose_model(settings.model, settings.language))
    idle = attention(parts.guide, Place(Phase.IDLE))
    return Hearing(model, parts.commands, wake=settings.wake_phrase, attention=idle)


def open_ears(settings: Settings, parts: TalkParts) -> HalfDuplexEars:
    """That hearing, deaf while the coach speaks. Raises ModelError."""
    return HalfDuplexEars(open_hearing(settings, parts))
