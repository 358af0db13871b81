"""One settings file, beaten by the command line; what cannot be used is named in one line."""

from pathlib import Path

import pytest

from voice_coach.errors import SettingsError
from voice_coach.settings import Settings, load_settings, setting_lines, settings_path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A settings file to write to."""
    return tmp_path / "settings.toml"


def test_without_a_file_the_defaults_hold(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("VOICE_COACH_SETTINGS", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings_path() == tmp_path / "voice-coach" / "settings.toml"
    assert load_settings() == Settings()


def test_the_command_line_goes_before_the_file_and_the_file_before_the_defaults(file: Path) -> None:
    file.write_text('names = ["Ann", "Bo"]\nturn_minutes = 5\npause_minutes = 2.5\n')
    settings = load_settings(file, {"turn_minutes": 0.1, "names": None})
    assert settings.names == ("Ann", "Bo")
    assert settings.turn_minutes == 0.1
    assert settings.pause_minutes == 2.5
    assert settings.guide == "reconnect"


def test_the_environment_names_another_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('guide = "apology"')
    monkeypatch.setenv("VOICE_COACH_SETTINGS", str(file))
    assert load_settings().guide == "apology"
    file.unlink()
    with pytest.raises(SettingsError, match=r"settings.toml: no such settings file"):
        load_settings()


def test_values_are_tidied(file: Path) -> None:
    file.write_text('names = " Mary  Ann , Bo"\nwake_phrase = "  Hello   Coach "\nmodel = "~/vosk"\n')
    settings = load_settings(file)
    assert settings.names == ("Mary Ann", "Bo")
    assert settings.wake_phrase == "hello coach"
    assert settings.model == Path.home() / "vosk"


def test_memory_and_numbers(file: Path) -> None:
    assert (Settings().memory, Settings().safety_numbers) == (None, ())
    file.write_text('memory = "~/coach"\nsafety_numbers = ["Helpline: 0800 123", "Ann: 555"]\n')
    settings = load_settings(file)
    assert settings.memory == Path.home() / "coach"
    assert settings.safety_numbers == ("Helpline: 0800 123", "Ann: 555")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("turn_minuts = 5", r"turn_minuts: no such setting; did you mean turn_minutes\?"),
        ("zzz = 5", r"zzz: no such setting; there are names, guide, "),
        ("turn_minutes = 0", r"turn_minutes: expected minutes from 0.08 \(five seconds\) to 60, got 0"),
        ("turn_minutes = nan", r"turn_minutes: expected minutes from 0.08 .* got nan"),
        ('turn_minutes = "six"', r"turn_minutes: expected minutes from 0.08 .* got 'six'"),
        ('names = ["Ann"]', r"names: expected two different names, as in \[.*\], got \['Ann'\]"),
        ('names = ["Ann", "ann"]', r"names: expected two different names"),
        ('names = ["Ann", " "]', r"names: expected two different names"),
        ("names = 2", r"names: expected two different names"),
        ('wake_phrase = "coach"', r"wake_phrase: expected two or more words, got 'coach'"),
        ("grace_seconds = -1", r"grace_seconds: expected seconds from 0 to 60, got -1"),
        ("words_per_minute = 150.5", r"words_per_minute: expected a whole number from 80 to 300"),
        ("[names]\na = 1", r"names: expected two different names"),
        ("turn_minutes = true", r"turn_minutes: expected minutes from 0.08 .* got true"),
        ('turn_minutes = "6"', r"turn_minutes: expected minutes from 0.08 .* got '6'"),
        ("turn_minutes = 2024-01-01", r"turn_minutes: expected minutes from 0.08 .* got 2024-01-01"),
        ("words_per_minute = false", r"words_per_minute: expected a whole number .* got false"),
        ("grace_seconds = [1]", r"grace_seconds: expected seconds from 0 to 60, got \[1\]"),
        ("names = [1, 2]", r"names: expected two different names"),
        ("names = [true, false]", r"names: expected two different names"),
        ('names = ["Zo\u00eb", "zoe"]', r"names: expected two different names"),
        ('names = ["Anne-Marie", "Anne Marie"]', r"names: expected two different names"),
        ('names = ["!", "Bo"]', r"names: expected two different names"),
        ('names = ["A\\nnn", "Bo"]', r"names: expected two different names"),
        ("guide = true", r"guide: expected a guide's name, got true"),
        ('guide = ""', r"guide: expected a guide's name, got ''"),
        ('input_device = " "', r"input_device: expected a device's name, got ' '"),
        ("wake_phrase = 3", r"wake_phrase: expected two or more words, got 3"),
        ("memory = true", r"memory: expected a folder, got true"),
        ('safety_numbers = "0800"', r"safety_numbers: expected a list of texts, .* got '0800'"),
        ("safety_numbers = [1]", r"safety_numbers: expected a list of texts, .* got \[1\]"),
        ("model = true", r"model: expected a folder, got true"),
        ('model = "a\\u0000b"', r"model: expected a folder, got 'a.x00b'"),
        ('model = "~nobody-here/vosk"', r"model: expected a folder, got '~nobody-here/vosk'"),
        ("duplex = true", r"duplex: expected auto, half-duplex"),
        ("turn_minutes\n", r"expected TOML, as in `turn_minutes = 6`: .*line 1"),
    ],
)
def test_what_cannot_be_used_is_named_in_one_line(text: str, reason: str, file: Path) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError, match=rf"settings.toml: {reason}") as raised:
        load_settings(file)
    assert "\n" not in str(raised.value)


def test_a_bad_option_is_not_blamed_on_the_file(file: Path) -> None:
    file.write_text("turn_minutes = 5")
    with pytest.raises(SettingsError, match=r"^command line: names: expected two different names"):
        load_settings(file, {"names": "Ann"})


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_an_unreadable_file_is_said(content: bytes | None, file: Path) -> None:
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"settings.toml: (cannot be read|expected TOML)"):
        load_settings(file)


def test_every_default_as_help_prints_it_can_be_written_to_the_file(file: Path) -> None:
    lines = setting_lines()
    assert [key for key, _, _ in lines] == list(Settings.model_fields)
    assert all(meaning.endswith(".") for _, meaning, _ in lines)
    file.write_text("\n".join(f"{key} = {default}" for key, _, default in lines if default))
    assert load_settings(file) == Settings()


def test_an_unknown_way_of_listening_is_named(file: Path) -> None:
    file.write_text('duplex = "full"')
    with pytest.raises(SettingsError, match="duplex: expected auto, half-duplex, echo-cancelling or hardware"):
        load_settings(file)


def test_a_byte_order_mark_does_no_harm(file: Path) -> None:
    file.write_text("turn_minutes = 5", encoding="utf-8-sig")
    assert load_settings(file).turn_minutes == 5


def test_another_encoding_is_said(file: Path) -> None:
    file.write_text("turn_minutes = 5", encoding="utf-16")
    with pytest.raises(SettingsError, match=r"settings.toml: expected TOML in UTF-8, .*save it as UTF-8"):
        load_settings(file)


def test_an_empty_variable_names_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VOICE_COACH_SETTINGS", "")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert load_settings() == Settings()


def test_a_home_that_there_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICE_COACH_SETTINGS", "~nobody-here/settings.toml")
    with pytest.raises(SettingsError, match="there is no such home folder"):
        load_settings()


def test_a_configuration_folder_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOICE_COACH_SETTINGS", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", "/dev/null")
    assert load_settings() == Settings()
