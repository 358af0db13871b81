"""Common words of ordinary talk (`decoys.txt` in prompts/), which the recogniser may hear other speech as."""

from functools import cache

from voice_coach.errors import PromptError
from voice_coach.resources import prompts_dir


@cache
def read_decoys(language: str) -> tuple[str, ...]:
    """The decoys of a language, none where it has no such file. Raises PromptError when it cannot be read."""
    path = prompts_dir(language) / "decoys.txt"
    if not path.exists():
        return ()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"{path}: cannot be read: {error}") from error
    words = (word for line in lines if not line.startswith("#") for word in line.split())
    return tuple(dict.fromkeys(words))
