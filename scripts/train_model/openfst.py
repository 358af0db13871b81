"""OpenFst's programs, as Debian has them (libfst-tools, libfst22-plugins-base)."""

import os
import subprocess
import sysconfig
from pathlib import Path


def openfst(program: str, *arguments: str | Path, text: str | None = None) -> None:
    """Run a program; `text` is its input. The look-ahead types come as plug-ins beside the library."""
    plugins = Path("/usr/lib") / sysconfig.get_config_var("MULTIARCH") / "fst" / "22"
    environment = os.environ | {"LD_LIBRARY_PATH": str(plugins)}
    subprocess.run([program, *arguments], env=environment, input=text, text=True, check=True)
