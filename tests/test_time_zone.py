"""The zone's key, from wherever a system keeps it."""

import zoneinfo
from pathlib import Path

import pytest

from voice_coach.errors import CoachError
from voice_coach.time_zone import local_zone


def _link(folder: Path, key: str) -> Path:
    link = folder / "localtime"
    target = folder / "usr" / "zoneinfo" / key
    target.parent.mkdir(parents=True)
    target.touch()
    link.symlink_to(target)
    return link


def test_the_link_names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TZ", raising=False)
    assert local_zone(_link(tmp_path, "America/Argentina/Salta"), tmp_path / "none") == "America/Argentina/Salta"


def test_a_copied_file_does_not_but_its_neighbour_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TZ", raising=False)
    (tmp_path / "localtime").touch()
    (tmp_path / "timezone").write_text("Europe/Berlin\n")
    assert local_zone(tmp_path / "localtime", tmp_path / "timezone") == "Europe/Berlin"


@pytest.mark.parametrize("named", ["Asia/Tokyo", ":Asia/Tokyo", "/usr/share/zoneinfo/Asia/Tokyo"])
def test_the_environment_goes_first(named: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TZ", named)
    assert local_zone(_link(tmp_path, "Europe/Berlin"), tmp_path / "none") == "Asia/Tokyo"


@pytest.mark.parametrize("named", ["CET-1CEST,M3.5.0,M10.5.0/3", "Europe", "../etc", "Mars/Base"])
def test_what_is_no_key_is_told(named: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TZ", named)
    with pytest.raises(CoachError, match=r"has no name; give one, as in TZ=Europe/Berlin$"):
        local_zone(tmp_path / "none", tmp_path / "none")


def test_every_zone_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in sorted(zoneinfo.available_timezones() - {"localtime"})[::40]:
        monkeypatch.setenv("TZ", key)
        assert local_zone() == key
