"""The official models we know: where each is had, and how to tell that it is the very file."""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from voice_coach import resources
from voice_coach.errors import ModelError


class OfficialModel(BaseModel):
    """One entry of `models/official.toml`. Bytes: `size` of the zip, `unpacked` on disk at most."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    language: str
    about: str
    url: Annotated[str, Field(pattern=r"^https?://")]
    size: Annotated[int, Field(gt=0)]
    unpacked: Annotated[int, Field(gt=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    licence: str


def load_manifest(file: Path | None = None) -> dict[str, OfficialModel]:
    """All official models by name, the preferred first. Raises ModelError naming file, entry and key."""
    path = file or resources.models_dir() / "official.toml"
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: OfficialModel.model_validate({"name": name, **entry}) for name, entry in entries.items()}
    except ValidationError as errors:
        first = errors.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ModelError(f"{path}: {where}: {first['msg']}") from None
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(f"{path}: the list of official models cannot be read: {error}") from None
