"""The `voice-coach` command: reads options and calls into the rooms.

Rooms are imported by the commands that need them, so that `--help` answers at once.
"""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from voice_coach import __version__
from voice_coach.attention import Mode
from voice_coach.cli.exit_status import DEBUG, EXIT_USER, leave_with
from voice_coach.cli.guides import guides
from voice_coach.cli.logging_setup import LogFile, Verbose, set_up_logging, with_log_options
from voice_coach.cli.models import models
from voice_coach.cli.plan import plan
from voice_coach.cli.safety import safety
from voice_coach.cli.terminal import show, tell
from voice_coach.errors import NoDeviceError
from voice_coach.rehearsal import script as script_format
from voice_coach.settings import load_settings, setting_lines

app = typer.Typer(
    name="voice-coach",
    help="A hands-free, offline coach that leads two people through a guided conversation.\n\n"
    "Nothing that is said leaves this machine, and nothing is recorded.",
    epilog="""**Exit status**: 0 all went well · 1 a rehearsal's expectation or a doctor's check failed ·
2 something you can mend, said in one line · 130 stopped with Ctrl-C · 141 whoever read the output has left.""",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(guides, name="guides")
app.add_typer(models, name="models")
app.add_typer(plan, name="plan")
app.command()(safety)


class AttentionName(StrEnum):
    """The listening modes, and a name for the open one in which any intent answers."""

    OPEN = Mode.OPEN.value
    GUARDED = Mode.GUARDED.value
    ASKED = "asked"


SettingsFile = Annotated[
    Path | None,
    typer.Option("--settings", metavar="FILE", help="Read this settings file instead of the user's own."),
]
ModelFolder = Annotated[
    Path | None,
    typer.Option("--model", metavar="DIR", help="Use this Vosk model; see `voice-coach models path`."),
]


def _settings_help() -> str:
    """The part of `run --help` that documents the file."""
    keys = "\n".join(
        f"- `{key}`{f' = `{default}`' if default else ''}: {meaning}" for key, meaning, default in setting_lines()
    )
    return f"""**Settings file** (TOML; `voice-coach doctor` says where; all keys may be left out):

{keys}

**Examples**

- `voice-coach run --names Ann,Bo --turn 5`
- `voice-coach run --keyboard`
- `voice-coach run --input-device "USB" --settings ~/kitchen.toml`
"""


def _version(wanted: bool) -> None:
    if wanted:
        show(f"voice-coach {__version__}")
        raise typer.Exit


@app.callback()
def _every_command(
    debug: Annotated[
        bool, typer.Option("--debug", envvar=DEBUG, help="Show where an unexpected error came from.")
    ] = False,
    verbose: Verbose = 0,
    log: LogFile = None,
    _wanted: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    if debug:
        os.environ[DEBUG] = "1"
    set_up_logging(verbose, log)


@app.command(epilog=_settings_help())
@with_log_options
def run(
    keyboard: Annotated[bool, typer.Option("--keyboard", help="Type and read instead of speaking.")] = False,
    once: Annotated[bool, typer.Option("--once", help="Leave after the goodbye instead of staying on.")] = False,
    input_device: Annotated[
        str | None, typer.Option(metavar="NAME", help="Microphone by name, or part of it.")
    ] = None,
    output_device: Annotated[
        str | None, typer.Option(metavar="NAME", help="Loudspeaker by name, or part of it.")
    ] = None,
    guide: Annotated[str | None, typer.Option(metavar="ID", help="Guide to follow.")] = None,
    names: Annotated[str | None, typer.Option(metavar="A,B", help="Names of the two.")] = None,
    turn: Annotated[float | None, typer.Option(metavar="MINUTES", help="Length of a speaking turn.")] = None,
    model: ModelFolder = None,
    settings: SettingsFile = None,
) -> None:
    """Sit down at the table: the coach speaks, listens, and keeps time.

    Say "start" to begin, "what's next" at any moment, "pause" when you need one, and "stop" to end. While somebody
    has the floor, say "hey coach" first. After the goodbye it stays on, resting, and reminds you of what you
    promised each other; Ctrl-C ends it at once. With neither microphone nor loudspeaker it says so and plays a
    rehearsal instead.
    """
    chosen = load_settings(
        settings,
        {
            "input_device": input_device,
            "output_device": output_device,
            "guide": guide,
            "names": names,
            "turn_minutes": turn,
            "model": model,
        },
    )
    from voice_coach.table.assembly import assemble

    parts = assemble(chosen, stays=not once)
    for warning in parts.name_warnings():
        tell(warning)
    if keyboard:
        from voice_coach.table.keyboard import run_keyboard

        run_keyboard(chosen, parts)
        return
    from voice_coach.table import live

    try:
        live.run(chosen, parts)
    except NoDeviceError as error:
        from voice_coach.rehearsal.rehearse import rehearse_instead
        from voice_coach.table.process import terminable

        with terminable():
            raise typer.Exit(rehearse_instead(chosen, str(error))) from None


def _script_help() -> str:
    """The part of `rehearse --help` that documents the scripts."""
    return f"**Scripts**\n\n```\n{script_format.__doc__}\n```"


@app.command(epilog=_script_help())
@with_log_options
def rehearse(
    script: Annotated[
        str | None, typer.Argument(metavar="[SCRIPT]", help="A script's file, or the name of one that ships.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Leave table.wav, transcript.txt and events.jsonl in this folder."),
    ] = None,
    aloud: Annotated[bool, typer.Option("--show", help="Print what is said and understood as it comes.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
    shipped: Annotated[bool, typer.Option("--list", help="List the scripts that ship, and leave.")] = False,
    model: ModelFolder = None,
    settings: SettingsFile = None,
) -> None:
    """Play a whole check-in without people, in a fraction of the time it takes.

    Two synthetic voices speak the script; the coach really hears them, answers and speaks, on a virtual clock.
    Without SCRIPT the whole guide is played. Exit status 1: something that the script expects did not come true.

    Example: `voice-coach rehearse pause --out /tmp/pause`
    """
    from voice_coach.rehearsal import rehearse as room

    if shipped:
        for name, about in room.shipped():
            show(f"{name:<16} {about}")
        return
    chosen = load_settings(settings, {"model": model})
    raise typer.Exit(room.rehearse(script, out, chosen, progress=not quiet, show=aloud))


@app.command()
@with_log_options
def listen(
    files: Annotated[
        list[Path],
        # Whether it can be read is found out in its turn: the others are heard.
        typer.Argument(metavar="FILE...", readable=False, help="Recordings: wav, flac, ogg, mp3 ...; `-`: a wav."),
    ],
    commands: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Another command file than the coach's own.")
    ] = None,
    attention: Annotated[
        AttentionName,
        typer.Option(
            help="open: without the wake phrase. guarded: only behind it. asked: open, and any command may answer."
        ),
    ] = AttentionName.OPEN,
    answers: Annotated[
        str, typer.Option(metavar="INTENT,...", help="In open: what the open question asks for; a word will do.")
    ] = "",
    wake: Annotated[str | None, typer.Option(metavar="PHRASE", help="The wake phrase.")] = None,
    model: ModelFolder = None,
    settings: SettingsFile = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object per line.")] = False,
) -> None:
    """Run recordings through exactly the hearing of `run`, and print what was understood.

    Times are seconds of audio from the file's start; `decided` is how much had been heard when the decision fell.
    The last line sums up: seconds of audio and of processor time, time to load, memory. Exit status 2 when a file
    could not be read; the others are.

    Example: `voice-coach listen --attention guarded talk.wav`
    """
    from voice_coach.attention import Attention
    from voice_coach.cli.listen_output import Progress, emit_json, emit_table
    from voice_coach.guide import load_guide
    from voice_coach.hearing import listen as run_through
    from voice_coach.models import choose_model
    from voice_coach.session.transitions import INTENTS
    from voice_coach.table.assembly import own_commands

    chosen = load_settings(settings, {"model": model, "wake_phrase": wake})
    own, lists = own_commands(chosen, load_guide(chosen.guide, chosen.language))
    asked = frozenset(filter(None, answers.split(",")))
    progress = Progress()
    unread = run_through(
        files,
        model=choose_model(chosen.model, chosen.language),
        commands=commands or own,
        attention=None if attention is AttentionName.ASKED else Attention(Mode(attention.value), asked),
        wake=chosen.wake_phrase,
        emit=progress.before(emit_json if jsonl else emit_table),
        lists=lists if commands is None else None,
        known=INTENTS if commands is None else None,
        progress=progress,
    )
    raise typer.Exit(EXIT_USER if unread else 0)


@app.command()
@with_log_options
def doctor(
    sound: Annotated[
        bool, typer.Option("--sound/--no-sound", help="Play a sentence and listen, or only look.")
    ] = True,
    seconds: Annotated[float, typer.Option(help="How long to listen.", min=1, max=60)] = 6.0,
    settings: SettingsFile = None,
) -> None:
    """Look at everything the coach needs, and say plainly what is wrong and what to do.

    Shows devices, voices, model and settings file; then plays a sentence, listens and shows the level as it goes.
    Exit status 1: something is wrong.
    """
    from voice_coach.doctor.examine import examine

    raise typer.Exit(examine(settings, sound=sound, seconds=seconds))


def main() -> None:
    """The entry point."""
    leave_with(app)
