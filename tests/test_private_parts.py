"""Parts of other packages that are not public: each is there, and its package has an upper bound."""

import ast
import importlib
import tomllib
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path

import hassil
import pytest
from packaging.requirements import Requirement

import voice_coach

CLONE = Path(__file__).parents[1]

USED = {
    "hassil": (
        "errors.MissingListError",
        "errors.MissingRuleError",
        "numbers.get_rbnf_engine",
        "parser.ParseError",
    ),
    "pyttsx3": ("drivers._espeak",),
    "sounddevice": ("_exit_handler", "_initialize", "_terminate"),
}
"""By package: names with an underscore, and what its first page does not list."""

DOCUMENTED = {"_exit"}
"""Of the standard library."""


@pytest.fixture(scope="module")
def requirements() -> dict[str, Requirement]:
    """What the project asks for, by name."""
    project = tomllib.loads((CLONE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["duplex"]]
    return {requirement.name: requirement for requirement in map(Requirement, lines)}


@pytest.mark.parametrize("package", USED)
def test_a_package_with_used_private_parts_has_an_upper_bound_that_admits_the_locked_version(
    package: str, requirements: dict[str, Requirement]
) -> None:
    bounds = requirements[package].specifier
    assert any(bound.operator in ("<", "<=", "==", "~=") for bound in bounds), f"{package}{bounds}"
    (locked,) = [
        line.split()[0].removeprefix(f"{package}==")
        for line in (CLONE / "scripts" / "requirements.lock").read_text(encoding="utf-8").splitlines()
        if line.startswith(f"{package}==")
    ]
    assert locked in bounds


@pytest.mark.parametrize(("package", "part"), [(package, part) for package in USED for part in USED[package]])
def test_the_part_is_there(package: str, part: str) -> None:
    module, _, name = f"{package}.{part}".rpartition(".")
    try:
        assert attrgetter(name)(importlib.import_module(module)) is not None
    except AttributeError:
        # A module of the package, which its parent does not import by itself.
        assert importlib.import_module(f"{module}.{name}")


def _trees() -> Iterator[tuple[Path, ast.Module]]:
    for file in Path(voice_coach.__file__).parent.rglob("*.py"):
        yield file, ast.parse(file.read_text(encoding="utf-8"))


def _own_names(tree: ast.Module) -> set[str]:
    """What a module defines itself: functions, and attributes and variables that are assigned."""
    names = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Attribute(attr=name, ctx=ast.Store()) | ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
    return names


def test_no_other_private_part_is_used() -> None:
    listed = DOCUMENTED | {part.rpartition(".")[2] for parts in USED.values() for part in parts}
    for file, tree in _trees():
        own = _own_names(tree)
        for node in ast.walk(tree):
            used: list[str] = []
            if isinstance(node, ast.Attribute):
                used = [node.attr]
            elif isinstance(node, ast.ImportFrom) and not (node.module or "").startswith("voice_coach"):
                used = [alias.name for alias in node.names]
            private = [name for name in used if name.startswith("_") and not name.endswith("__")]
            assert {*private} <= own | listed, f"{file}:{getattr(node, 'lineno', 0)}"


def test_of_hassil_only_public_names_and_listed_parts_are_used() -> None:
    listed = set(USED["hassil"])
    for file, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("hassil."):
                module = str(node.module).removeprefix("hassil.")
                parts = {f"{module}.{alias.name}" for alias in node.names if alias.name not in hassil.__all__}
                assert parts <= listed, f"{file}:{node.lineno}"
