"""Where the project's own data lies: inside an installed package, else in the clone."""

from pathlib import Path

_PACKAGED = Path(__file__).parent / "_data"
_CLONE = Path(__file__).parent.parent


def _root() -> Path:
    """The folder that holds `prompts/` and `models/`."""
    return _PACKAGED if _PACKAGED.is_dir() else _CLONE


def prompts_dir(language: str = "en") -> Path:
    """The folder of one language's words (`guides/`, `lines.yaml`, `commands.yaml`)."""
    return _root() / "prompts" / language


def languages() -> list[str]:
    """The languages that the coach has words for."""
    return sorted(folder.name for folder in (_root() / "prompts").iterdir() if (folder / "guides").is_dir())


def models_dir() -> Path:
    """The folder of the embedded model (`coach-en/`) and of the manifest of official ones."""
    return _root() / "models"


def rehearsals_dir(language: str = "en") -> Path:
    """The folder of the rehearsal scripts that ship with the coach."""
    return prompts_dir(language) / "rehearsals"
