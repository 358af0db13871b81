"""Decoys: common words of ordinary talk (`decoys.txt` in prompts/), for other speech to be recognised as.

The file holds no more than a few hundred: more of them take more from the commands, too.
"""

from voice_coach.errors import PromptError
from voice_coach.resources import prompts_dir


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
