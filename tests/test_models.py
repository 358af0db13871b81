"""Official models are fetched whole and verified, or not at all, from a server here that may misbehave."""

import errno
import hashlib
import http.server
import io
import logging
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from voice_coach.errors import ModelError
from voice_coach.models import OfficialModel, choose_model, embedded_model, installed_dir, load_manifest
from voice_coach.models.fetching import fetch

NAME = "tiny-model"


def zipped(entries: dict[str | zipfile.ZipInfo, bytes]) -> bytes:
    """A zip with these entries, in this order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def official(
    content: bytes, url: str = "http://127.0.0.1:9/none.zip", unpacked: int = 10_000_000
) -> OfficialModel:
    """A manifest entry for a zip of this content."""
    return OfficialModel(
        name=NAME,
        language="en",
        about="for tests",
        url=url,
        size=len(content),
        unpacked=unpacked,
        sha256=hashlib.sha256(content).hexdigest(),
        licence="Apache-2.0",
    )


@dataclass
class Shop:
    """What the server hands out, and what it was asked for."""

    content: bytes
    url: str = ""
    cuts: list[int] = field(default_factory=list)
    """How many bytes each of the next answers carries before the line goes dead."""
    knows_ranges: bool = True
    status: int | None = None
    ranges: list[str | None] = field(default_factory=list)


@pytest.fixture
def good_zip() -> bytes:
    """A model's zip, a few hundred kilobytes long so that it takes several blocks."""
    noise = b"".join(hashlib.sha256(str(i).encode()).digest() for i in range(10_000))
    return zipped({f"{NAME}/am/final.mdl": noise, f"{NAME}/conf/model.conf": b"--beam=10\n"})


@pytest.fixture
def shop(good_zip: bytes) -> Iterator[Shop]:
    """A running server on the loopback interface."""
    stock = Shop(good_zip)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            stock.ranges.append(asked)
            if stock.status:
                self.send_error(stock.status)
                return
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and stock.knows_ranges else 0
            body = stock.content[start:]
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(stock.content) - 1}/{len(stock.content)}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: stock.cuts.pop(0)] if stock.cuts else body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    stock.url = f"http://127.0.0.1:{server.server_address[1]}/{NAME}.zip"
    yield stock
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where models are installed; not there yet."""
    return tmp_path / "data" / "models"


def no_rest(folder: Path) -> bool:
    """Nothing but whole models in the folder."""
    return [p.name for p in folder.iterdir()] == [NAME]


def test_a_model_is_fetched_verified_and_unpacked(shop: Shop, folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    model = official(shop.content, shop.url)
    installed = fetch(model, folder, lambda done, total: seen.append((done, total)))
    assert installed == folder / NAME
    assert (installed / "conf" / "model.conf").read_bytes() == b"--beam=10\n"
    assert no_rest(folder)
    assert seen[-1] == (model.size, model.size)
    assert len(seen) > 3
    assert fetch(model, folder) == installed
    assert len(shop.ranges) == 1, "an installed model is not fetched again"


def test_the_steps_of_fetching_are_logged(shop: Shop, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    shop.cuts = [65_536]
    with caplog.at_level(logging.INFO, "voice_coach"):
        fetch(official(shop.content, shop.url), folder, retry_after=0)
    said = [message.replace(str(folder), "") for message in caplog.messages]
    assert [message.removeprefix(f"{shop.url}: ") for message in said[:3]] == [
        "status 200, from byte 0",
        "attempt 1 of 4 broke off: ChunkedEncodingError",
        "status 206, from byte 65536",
    ]
    assert said[3].endswith(f"is the official {NAME}; unpacking it as /{NAME}")
    assert said[4] == f"installed /{NAME}"


def test_a_download_that_breaks_off_goes_on_where_it_stopped(shop: Shop, folder: Path) -> None:
    shop.cuts = [131_072, 65_536]
    fetch(official(shop.content, shop.url), folder, retry_after=0)
    assert shop.ranges == [None, "bytes=131072-", "bytes=196608-"]
    assert (folder / NAME / "am" / "final.mdl").stat().st_size == 320_000


def test_a_later_call_takes_up_what_an_earlier_one_left(shop: Shop, folder: Path) -> None:
    shop.cuts = [65_536, 0, 0, 0]
    with pytest.raises(ModelError, match=r"broke off at 0.1 of 0.3 MB \(no connection\).* again to go on"):
        fetch(official(shop.content, shop.url), folder, retry_after=0)
    assert not (folder / NAME).exists()
    shop.ranges.clear()
    fetch(official(shop.content, shop.url), folder)
    assert shop.ranges == ["bytes=65536-"]
    assert no_rest(folder)


def test_a_server_without_ranges_sends_it_all_again(shop: Shop, folder: Path) -> None:
    shop.cuts, shop.knows_ranges = [100_000], False
    fetch(official(shop.content, shop.url), folder, retry_after=0)
    assert len(shop.ranges) == 2
    assert (folder / NAME / "am" / "final.mdl").stat().st_size == 320_000


def test_a_part_that_is_already_complete_needs_no_server(good_zip: bytes, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / f".{NAME}.zip.part").write_bytes(good_zip)
    fetch(official(good_zip), folder)
    assert no_rest(folder)


@pytest.mark.parametrize("spoil", [lambda z: z[:-1] + b"x", lambda z: z + b"more", lambda _: b"\0" * 400_000])
def test_another_file_than_the_official_one_is_thrown_away(
    shop: Shop, folder: Path, spoil: Callable[[bytes], bytes]
) -> None:
    model = official(shop.content, shop.url)
    shop.content = spoil(shop.content)
    with pytest.raises(ModelError, match=r"not the official tiny-model: expected \d+ bytes with SHA-256"):
        fetch(model, folder)
    assert list(folder.iterdir()) == []


def test_a_missing_page_is_said_with_its_address(shop: Shop, folder: Path) -> None:
    shop.status = 404
    with pytest.raises(ModelError, match=r"http://127.0.0.1:\d+/tiny-model.zip: the server answered 404"):
        fetch(official(shop.content, shop.url), folder, retry_after=0)
    assert len(shop.ranges) == 1, "what is not there will not be there in two seconds"


def test_a_server_in_trouble_is_asked_again(shop: Shop, folder: Path) -> None:
    shop.status = 503
    with pytest.raises(ModelError, match=r"the server answered 503"):
        fetch(official(shop.content, shop.url), folder, retry_after=0)
    assert len(shop.ranges) == 4


def test_no_server_at_all_is_one_line(good_zip: bytes, folder: Path) -> None:
    with pytest.raises(ModelError, match=r"^http://127.0.0.1:9/none.zip: .*0.0 of 0.3 MB \(no connection\)"):
        fetch(official(good_zip), folder, retry_after=0)


def test_a_local_zip_is_verified_the_same_way(good_zip: bytes, folder: Path, tmp_path: Path) -> None:
    local = tmp_path / "mine.part"
    local.write_bytes(good_zip[:-1])
    with pytest.raises(ModelError, match=r"mine.part: not the official tiny-model"):
        fetch(official(good_zip), folder, zip_file=local)
    assert local.exists(), "the user's own file stays"
    local.write_bytes(good_zip)
    fetch(official(good_zip), folder, zip_file=local)
    assert no_rest(folder)
    with pytest.raises(ModelError, match=r"gone.zip: No such file"):
        fetch(official(good_zip), tmp_path / "other", zip_file=tmp_path / "gone.zip")


def test_a_folder_that_cannot_be_written_is_said(good_zip: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelError, match=r"tiny-model: .*file.*: (Not a directory|File exists)"):
        fetch(official(good_zip), tmp_path / "file" / "models")


def test_a_full_disk_keeps_what_was_fetched(shop: Shop, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up while unpacking: one line, and nothing half-installed."""

    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/disk")

    monkeypatch.setattr("voice_coach.models.fetching.unpack", full)
    with pytest.raises(ModelError, match=r"tiny-model: /disk: No space left on device"):
        fetch(official(shop.content, shop.url), folder)
    assert not (folder / NAME).exists()


def link(name: str) -> zipfile.ZipInfo:
    """A zip entry that unpacks as a symbolic link."""
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ({f"{NAME}/ok": b"", f"{NAME}/../../evil": b"x"}, r"'tiny-model/../../evil' leads out of the folder"),
        ({"../evil": b"x"}, r"'../evil' leads out"),
        ({"/root/evil": b"x"}, r"'/root/evil' leads out"),
        ({f"{NAME}\\..\\evil": b"x"}, r"'tiny-model.*evil' leads out"),
        ({link(f"{NAME}/evil"): b"/etc"}, r"tiny-model/evil is a link or device"),
        ({f"{NAME}/a": b"x", "other/b": b"y"}, r"expected one folder, got other, tiny-model"),
        ({}, r"expected one folder, got nothing"),
        ({"evil": b"x"}, r"expected one folder, got the file evil"),
        ({f"{NAME}/zeros": bytes(3_000_000)}, r"it unpacks to more than 2000000 bytes"),
    ],
)
def test_a_zip_that_reaches_outside_or_swells_is_refused(
    entries: dict[str, bytes], reason: str, folder: Path, tmp_path: Path
) -> None:
    local = tmp_path / "bad.zip"
    local.write_bytes(zipped(entries))
    with pytest.raises(ModelError, match=rf"bad.zip: refused: {reason}"):
        fetch(official(local.read_bytes(), unpacked=2_000_000), folder, zip_file=local)
    assert list(folder.iterdir()) == []
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.parametrize("content", [b"no zip at all", b"PK\x05\x06"])
def test_a_verified_file_that_is_no_zip_is_said(content: bytes, folder: Path, tmp_path: Path) -> None:
    local = tmp_path / "bad.zip"
    local.write_bytes(content)
    with pytest.raises(ModelError, match=r"bad.zip: cannot be unpacked"):
        fetch(official(content), folder, zip_file=local)


def test_our_manifest_names_the_small_english_model() -> None:
    small = load_manifest()["vosk-model-small-en-us-0.15"]
    assert small.size == 41_205_931
    assert small.sha256 == "30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498"
    assert small.licence == "Apache-2.0"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[m]\nsize = 'big'", r"size|language"),
        ("[m]\nlicense = 'x'", r"m|language"),
        ("not toml", r"cannot be read"),
        ("m = 3", r"cannot be read"),
    ],
)
def test_a_bad_manifest_is_one_line(text: str, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "official.toml"
    file.write_text(text)
    with pytest.raises(ModelError, match=rf"official.toml: .*({reason})"):
        load_manifest(file)


def test_what_is_used_set_before_installed_before_embedded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert choose_model() == embedded_model()
    assert (embedded_model() / "am" / "final.mdl").is_file()
    official_folder = installed_dir() / "vosk-model-small-en-us-0.15"
    assert tmp_path in official_folder.parents
    official_folder.mkdir(parents=True)
    assert choose_model() == official_folder
    assert choose_model(tmp_path) == tmp_path


def test_a_model_of_the_language_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    (installed_dir() / "vosk-model-small-en-us-0.15").mkdir(parents=True)
    with pytest.raises(ModelError, match=r"no model of the language 'de' here; name one with the setting `model`"):
        choose_model(None, "de")
    assert choose_model(tmp_path, "de") == tmp_path
