"""`voice-coach models`: what there is, what is used, and fetching an official one."""

from pathlib import Path
from typing import Annotated

import typer

from voice_coach.cli.logging_setup import with_log_options
from voice_coach.cli.terminal import show
from voice_coach.errors import ModelError
from voice_coach.settings import load_settings

models = typer.Typer(no_args_is_help=True, help="See, fetch and choose Vosk models.")


@models.callback()
@with_log_options
def _every_command() -> None:
    """Options that come before the name of the command."""


@models.command("list")
@with_log_options
def list_() -> None:
    """List the model that ships with the coach and the official ones that can be fetched; `*` is in use."""
    from voice_coach.models import choose_model, embedded_model, installed_dir, load_manifest

    settings = load_settings()
    used = choose_model(settings.model, settings.language)

    def line(name: str, folder: Path, about: str) -> None:
        show(f"{'*' if used == folder else ' '} {name:<30} {about}")

    line(embedded_model().name, embedded_model(), "ships with the coach")
    for model in load_manifest().values():
        folder = installed_dir() / model.name
        state = "installed" if folder.is_dir() else f"{model.size / 1e6:.0f} MB to fetch"
        line(model.name, folder, f"{model.about}; {model.licence}; {state}")


@models.command()
@with_log_options
def fetch(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name from `voice-coach models list`.")],
    zip_file: Annotated[
        Path | None, typer.Option("--from", metavar="FILE.zip", help="Take this local copy of the zip.")
    ] = None,
) -> None:
    """Install an official model. `run` uses it from then on.

    This is the one command that uses the network. A download that breaks off goes on where it stopped when the
    command is run again; nothing is installed unless it is, byte for byte, the official file.
    """
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    from voice_coach.models import installed_dir, load_manifest
    from voice_coach.models.fetching import fetch as install

    known = load_manifest()
    if name not in known:
        raise ModelError(f"{name}: no such official model; there is {', '.join(known)}")
    columns = (TextColumn(name), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=zip_file is not None or not console.is_terminal) as bar:
        task = bar.add_task("", total=known[name].size)
        folder = install(
            known[name],
            installed_dir(),
            lambda done, total: bar.update(task, completed=done, total=total),
            zip_file=zip_file,
        )
    show(str(folder))


@models.command()
@with_log_options
def path(
    model: Annotated[Path | None, typer.Option("--model", metavar="DIR", help="As `run --model`.")] = None,
) -> None:
    """Print the folder of the model that `run` would use.

    That is the one from `--model` or the settings file, else an installed official one, else the one that ships.
    """
    from voice_coach.models import choose_model

    settings = load_settings(None, {"model": model})
    show(str(choose_model(settings.model, settings.language)))
