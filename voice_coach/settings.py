"""What the pair can set: one TOML file in the user's config folder, beaten by what the command line says."""

import os
import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any, TypeVar

import platformdirs
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict, ValidationError

from voice_coach import speech_rate
from voice_coach.attention import WAKE_PHRASE
from voice_coach.duplex_mode import Duplex
from voice_coach.errors import SettingsError, nearest
from voice_coach.names import spoken_forms

_FIVE_SECONDS = 0.08  # in minutes, as one would write it
_VARIABLE = "VOICE_COACH_SETTINGS"

_T = TypeVar("_T")


def _pair(value: object) -> object:
    """`A,B` is how the command line gives a list; TOML has lists and no pairs."""
    if isinstance(value, str):
        return tuple(value.split(","))
    return tuple(value) if isinstance(value, list) else value


def _two_people(names: tuple[str, str]) -> tuple[str, str]:
    """Names are said aloud, so capitals or accents alone do not tell two people apart."""
    a, b = (" ".join(n.split()) for n in names)
    said_a, said_b = spoken_forms(a), spoken_forms(b)
    if not said_a or not said_b or set(said_a) & set(said_b):
        raise ValueError("not two names")
    return a, b


def _wake(phrase: str) -> str:
    """One word is heard everywhere in running talk, so the wake phrase has at least two."""
    words = phrase.casefold().split()
    if len(words) < 2:
        raise ValueError("one word")
    return " ".join(words)


def _text(value: str) -> str:
    """No text of ours has line ends or other control characters; as none at all, a key is left out."""
    if not value.strip() or any(unicodedata.category(c) == "Cc" for c in value):
        raise ValueError("not a line of text")
    return value


Text = Annotated[str, AfterValidator(_text)]


def _folder(path: object) -> object:
    """A path as it is written, with `~` for the home folder."""
    if not isinstance(path, str):
        return path
    try:
        return Path(_text(path)).expanduser()
    except RuntimeError:  # of a user there is not
        raise ValueError("no such home folder") from None


def _clock(value: object) -> object:
    """A time of day, as a text or as TOML has it."""
    return time.fromisoformat(value) if isinstance(value, str) else value


def _list(value: object) -> object:
    """TOML has lists and no tuples."""
    return tuple(value) if isinstance(value, list) else value


def _setting(default: _T, meaning: str, expected: str, **limits: float) -> Any:
    """A field with what `run --help` says of it and what an error says was expected."""
    return Field(default, description=meaning, json_schema_extra={"expected": expected}, **limits)  # type: ignore[call-overload]


_CLOCK = 'a time of day, as in "21:30"'


class Settings(BaseModel):
    """Everything that can be set. Field names are the keys of the file."""

    # Strict: `true` is no number, and neither is "6".
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)

    names: Annotated[tuple[Text, Text], BeforeValidator(_pair), AfterValidator(_two_people)] = _setting(
        ("Alex", "Sam"), "The two people at the table.", 'two different names, as in ["Alex", "Sam"]'
    )
    guide: Text = _setting("reconnect", "The guide to follow; `voice-coach guides` lists them.", "a guide's name")
    language: Text = _setting("en", "The language of prompts and commands.", 'a folder of prompts/, as in "en"')
    turn_minutes: float | None = _setting(
        None,
        "Length of a speaking turn in minutes; the guide's own length when not set.",
        "minutes from 0.08 (five seconds) to 60",
        ge=_FIVE_SECONDS,
        le=60,
    )
    grace_seconds: float = _setting(
        10.0, "Time to finish a sentence when a turn is over.", "seconds from 0 to 60", ge=0, le=60
    )
    breath_seconds: float = _setting(
        4.0, "Breath between two turns, on nobody's clock.", "seconds from 0 to 60", ge=0, le=60
    )
    pause_minutes: float = _setting(
        10.0,
        "Length of the pause the coach suggests.",
        "minutes from 0.08 (five seconds) to 60",
        ge=_FIVE_SECONDS,
        le=60,
    )
    wake_phrase: Annotated[Text, AfterValidator(_wake)] = _setting(
        WAKE_PHRASE, "What comes before a command while somebody has the floor.", "two or more words"
    )
    voice: Text | None = _setting(None, "The coach's voice; `voice-coach doctor` lists them.", "a voice's name")
    words_per_minute: int = _setting(
        155,
        "How fast the coach speaks.",
        f"a whole number from {speech_rate.SLOWEST} to {speech_rate.FASTEST_SETTING}",
        ge=speech_rate.SLOWEST,
        le=speech_rate.FASTEST_SETTING,
    )
    input_device: Text | None = _setting(
        None, "Microphone by name, or part of it; the system's default when not set.", "a device's name"
    )
    output_device: Text | None = _setting(
        None, "Loudspeaker by name, or part of it; the system's default when not set.", "a device's name"
    )
    duplex: Annotated[Duplex, Strict(strict=False)] = _setting(
        Duplex.AUTO,
        "Whether you can interrupt the coach: half-duplex (no), echo-cancelling, hardware (a speakerphone that "
        "cancels echoes by itself), or auto (echo-cancelling, but for Bluetooth and known speakerphones).",
        f"{', '.join([*Duplex][:-1])} or {[*Duplex][-1]}",
    )
    model: Annotated[Path, BeforeValidator(_folder)] | None = _setting(
        None, "Folder of a Vosk model; `voice-coach models path` says which is used when not set.", "a folder"
    )
    memory: Annotated[Path, BeforeValidator(_folder)] | None = _setting(
        None,
        "Folder in which the coach keeps what you agreed on; the user's state folder when not set.",
        "a folder",
    )
    quiet_from: Annotated[time, BeforeValidator(_clock)] = _setting(
        time(21, 30), "When the quiet hours begin: then it reminds of nothing you did not set there.", _CLOCK
    )
    quiet_until: Annotated[time, BeforeValidator(_clock)] = _setting(
        time(8, 0), "When the quiet hours end.", _CLOCK
    )
    safety_numbers: Annotated[tuple[Text, ...], BeforeValidator(_list)] = _setting(
        (),
        "Telephone numbers of help near you, which `voice-coach safety` prints.",
        'a list of texts, as in ["Women\'s helpline: 0800 123"]',
    )


def settings_path() -> Path:
    """Where the file is looked for: $VOICE_COACH_SETTINGS, else the user's config folder. It need not exist."""
    named = os.environ.get(_VARIABLE)
    if named:
        try:
            return Path(named).expanduser()
        except RuntimeError:
            raise SettingsError(f"{_VARIABLE}: {named}: there is no such home folder") from None
    return platformdirs.user_config_path("voice-coach") / "settings.toml"


def load_settings(file: Path | None = None, options: Mapping[str, object] | None = None) -> Settings:
    """The settings of `file` (default: `settings_path()`), with `options` (None: not given) over them.

    A file that was asked for (here or in $VOICE_COACH_SETTINGS) must exist; the default one need not.
    Raises `SettingsError`: file (or option), key, and what was expected.
    """
    path = file or settings_path()
    asked = file is not None or bool(os.environ.get(_VARIABLE))
    from_file = checked_settings(_read(path, asked=asked), str(path))
    given = checked_settings({k: v for k, v in (options or {}).items() if v is not None}, "command line")
    return from_file.model_copy(update={key: getattr(given, key) for key in given.model_fields_set})


def setting_lines() -> list[tuple[str, str, str]]:
    """Every key with its meaning and its default as TOML would write it ("" when not set), for `--help`."""
    return [
        (key, field.description or "", "" if field.default is None else _toml(field.default))
        for key, field in Settings.model_fields.items()
    ]


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    if isinstance(value, time):
        return f'"{value:%H:%M}"'
    return f'"{value}"' if isinstance(value, str) else f"{value:g}"


def _read(path: Path, *, asked: bool) -> dict[str, object]:
    """The file's keys; none when there is no file and nobody asked for one."""
    try:
        # Some editors begin a file with a byte-order mark.
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        if not asked:
            return {}
        raise SettingsError(f"{path}: no such settings file") from None
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: expected TOML in UTF-8, found another encoding; save it as UTF-8") from None
    except ValueError as error:
        raise SettingsError(f"{path}: expected TOML, as in `turn_minutes = 6`: {error}") from None


def checked_settings(values: Mapping[str, object], where: str) -> Settings:
    """Settings with just `values` set. Raises SettingsError naming `where` and the first that cannot be used."""
    try:
        return Settings.model_validate(values)
    except ValidationError as errors:
        first = errors.errors(include_url=False)[0]
        key = str(first["loc"][0])
        if key not in Settings.model_fields:
            raise SettingsError(
                f"{where}: {key}: no such setting; {nearest(key, [*Settings.model_fields])}"
            ) from None
        extra = Settings.model_fields[key].json_schema_extra
        expected = extra["expected"] if isinstance(extra, dict) else ""
        raise SettingsError(f"{where}: {key}: expected {expected}, got {_shown(values[key])}") from None


def _shown(value: object) -> str:
    """A value as somebody would have written it."""
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value) if isinstance(value, str | list | tuple | dict | int | float) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
