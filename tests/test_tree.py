"""The shape of the source tree: public names, what an import costs, how long files and functions are."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import eduplan_rules

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "eduplan_rules"
FILES = sorted(PACKAGE.rglob("*.py"))

FILE_LINES = 400
FUNCTION_LINES = 60

#: none of these comes in with `import eduplan_rules`
HEAVY = ("duckdb", "jinja2", "lark", "narwhals", "polars", "pydantic", "pyspark", "rich", "typer", "yaml")

#: what only some users have installed, or only one part needs -> the parts that may import it at the top
PARTS: dict[str, tuple[str, ...]] = {
    "duckdb": (),
    "durable": ("ledger",),
    "fastexcel": (),
    "hypothesis": ("testing",),
    "jinja2": (),
    "pandas": (),
    "pyarrow": (),
    "pyspark": (),
    "rich": ("cli", "render"),
    "sqlalchemy": ("ledger",),
    "typer": ("cli",),
    "xlsxwriter": (),
}


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that a new interpreter holds after the statement."""
    result = subprocess.run(
        [sys.executable, "-c", f"{statement}\nimport sys\nprint(*sys.modules, sep='\\n')"],
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in result.stdout.split()}


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def imported_at_top(node: ast.AST) -> Iterator[str]:
    """Top-level packages imported when the module is: function bodies and `if TYPE_CHECKING` do not count."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in child.names)
        elif isinstance(child, ast.ImportFrom) and child.module and not child.level:
            yield child.module.partition(".")[0]
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        elif is_type_checking(child):
            assert isinstance(child, ast.If)
            yield from (name for branch in child.orelse for name in imported_at_top(branch))
        else:
            yield from imported_at_top(child)


def part(path: Path) -> str:
    """The module or package right below `eduplan_rules` that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def test_files_are_short() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in FILES}
    assert {name: length for name, length in lengths.items() if length >= FILE_LINES} == {}


def test_functions_are_short() -> None:
    long = {}
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                length = node.end_lineno - node.lineno + 1
                if length >= FUNCTION_LINES:
                    long[f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"] = length
    assert long == {}


def test_the_import_brings_in_nothing_heavy() -> None:
    assert loaded_by("import eduplan_rules").intersection(HEAVY) == set()


def test_looking_at_the_package_brings_in_nothing_heavy() -> None:
    assert loaded_by("import eduplan_rules\ndir(eduplan_rules)\neduplan_rules.__version__").intersection(HEAVY) == set()


def test_public_names_are_sorted_and_each_is_loaded_lazily() -> None:
    assert eduplan_rules.__all__ == sorted(eduplan_rules._MODULES)


def test_editors_see_the_names_that_are_loaded_lazily() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    seen = {
        alias.name: statement.module
        for block in filter(is_type_checking, tree.body)
        for statement in ast.walk(block)
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
    assert seen == {name: f"eduplan_rules.{module}" for name, module in eduplan_rules._MODULES.items()}


@pytest.mark.parametrize("name", eduplan_rules.__all__)
def test_a_public_name_can_be_imported(name: str) -> None:
    value = getattr(eduplan_rules, name)
    assert value is getattr(import_module(f"eduplan_rules.{eduplan_rules._MODULES[name]}"), name)
    assert name in dir(eduplan_rules)


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'rule_book'"):
        getattr(eduplan_rules, "rule_book")  # noqa: B009


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_optional_engines_are_imported_where_they_are_used(path: Path) -> None:
    found = set(imported_at_top(ast.parse(path.read_text("utf-8"))))
    assert {name for name in found if name in PARTS and part(path) not in PARTS[name]} == set()
