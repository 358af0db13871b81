"""Unpacking a model's zip so that nothing can land outside its folder, or half in it."""

import stat
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from voice_coach.errors import ModelError

_BLOCK = 64 * 1024


def unpack(zip_file: Path, target: Path, most: int) -> None:
    """Unpacks the one folder in `zip_file` as `target`, which appears complete or not at all.

    Raises ModelError for links, paths that leave the folder, and more than `most` bytes; OSError as it comes.
    """
    # Beside the target, so that the last step is a rename within one file system.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as workplace:
        try:
            with zipfile.ZipFile(zip_file) as archive:
                top = _extract(archive, Path(workplace), most)
        except (
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
            RuntimeError,
            EOFError,
            FileExistsError,
        ) as error:
            raise ModelError(f"{zip_file}: cannot be unpacked: {error}") from None
        except _UnsafeError as error:
            raise ModelError(f"{zip_file}: refused: {error}") from None
        (Path(workplace) / top).rename(target)


class _UnsafeError(Exception):
    """The zip holds something that no model has."""


def _extract(archive: zipfile.ZipFile, folder: Path, most: int) -> str:
    """Writes every entry below `folder` and returns the name of the one folder they share."""
    tops = {_safe_parts(entry)[0] for entry in archive.infolist()}
    if len(tops) != 1:
        raise _UnsafeError(f"expected one folder, got {', '.join(sorted(tops)) or 'nothing'}")
    if any(len(_safe_parts(entry)) == 1 and not entry.is_dir() for entry in archive.infolist()):
        raise _UnsafeError(f"expected one folder, got the file {tops.pop()}")
    left = most
    for entry in archive.infolist():
        path = folder.joinpath(*_safe_parts(entry))
        if entry.is_dir():
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        # The sizes that a zip states can lie: what counts is what comes out.
        with archive.open(entry) as source, path.open("xb") as copy:
            while block := source.read(_BLOCK):
                left -= len(block)
                if left < 0:
                    raise _UnsafeError(f"it unpacks to more than {most} bytes")
                copy.write(block)
    return tops.pop()


def _safe_parts(entry: zipfile.ZipInfo) -> tuple[str, ...]:
    """The entry's path, part by part; raises for what is not a plain file or folder below the zip's root."""
    path = PurePosixPath(entry.filename)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _UnsafeError(f"{entry.filename} is a link or device")
    if path.is_absolute() or not path.parts or ".." in path.parts or "\\" in entry.filename:
        raise _UnsafeError(f"{entry.filename!r} leads out of the folder")
    return path.parts
