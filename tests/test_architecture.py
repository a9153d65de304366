"""The house: one line of imports, few places that explain, and nothing of one computer in it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINE = ("main", "ui", "reports", "models", "translations")  # each knows only what stands right
WITHOUT_QT = ("reports", "models", "translations")
EXPLAINS = {"main.py", "ui/form.py", "ui/page.py"}  # a broken rule becomes a sentence here
COMMITS = {"models/database.py", "models/migrations/__init__.py"}
QUERIES = {"select", "insert", "update", "delete", "text", "func"}
LATE = ("sqlalchemy", "alembic", "reportlab", "openpyxl", "pikepdf", "xlsxwriter")
WRITTEN = (".py", ".md", ".toml", ".txt", ".in", ".lock", ".po", ".json", ".csv", ".tsv", ".qss")
NOT_OURS = {".venv", ".git", "__pycache__", "demo"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def files(*suffixes: str) -> list[Path]:
    """Every file of the project with such a name, caches and prepared parts left aside."""
    found = (path for suffix in suffixes for path in ROOT.rglob(f"*{suffix}"))
    return sorted(path for path in found if not NOT_OURS & set(path.relative_to(ROOT).parts))


def house(*rooms: str) -> list[Path]:
    """The Python files of these rooms of the line."""
    return [path for path in files(".py") if room(path) in rooms]


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """The full name of every module, or member of a module, that the file imports."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module}.{alias.name}" for alias in node.names)


def run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """All that Python executes when it reads the file: not the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Lambda):
            continue
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in [*child.decorator_list, child.args]:
                yield from run_at_import(part)
            continue
        yield child
        yield from run_at_import(child)


@pytest.mark.parametrize("path", house(*LINE), ids=name)
def test_imports_point_to_the_right(path):
    forbidden = LINE[: LINE.index(room(path))]
    assert not [module for module in imported(path) if module.split(".")[0] in forbidden]


@pytest.mark.parametrize("path", house(*WITHOUT_QT), ids=name)
def test_rules_and_papers_know_nothing_of_the_window(path):
    assert not [module for module in imported(path) if module.startswith("PySide6")]


@pytest.mark.parametrize("path", house(*LINE), ids=name)
def test_imports_are_absolute_and_by_name(path):
    assert not [module for module in imported(path) if module[0] == "." or module[-1] == "*"]


def test_the_line_is_there():
    assert {room(path) for path in house(*LINE)} == set(LINE)


def test_screens_ask_no_questions_of_their_own():
    asked = {f"sqlalchemy.{query}" for query in QUERIES}
    assert not [name(path) for path in house("ui") if asked & set(imported(path))]


def test_broken_rules_are_explained_in_few_places():
    def catches(node: ast.AST) -> bool:
        return isinstance(node, ast.ExceptHandler) and "DomainError" in ast.dump(node.type or node)

    found = {name(p) for p in house("main", "ui") if any(map(catches, ast.walk(tree(p))))}
    assert found <= EXPLAINS


def test_only_the_database_commits():
    """And nothing is undone by halves: the ends of the chains that a session knows stay true."""

    def commits(node: ast.AST) -> bool:
        return isinstance(node, ast.Attribute) and node.attr in ("commit", "begin_nested")

    found = {name(p) for p in house(*LINE) if any(map(commits, ast.walk(tree(p))))}
    assert found <= COMMITS


@pytest.mark.parametrize("path", house(*LINE), ids=name)
def test_no_text_is_translated_before_the_language_is_known(path):
    calls = (node for node in run_at_import(tree(path)) if isinstance(node, ast.Call))
    named = (call for call in calls if isinstance(call.func, ast.Name))
    assert not [call.lineno for call in named if call.func.id in ("_", "ngettext")]


@pytest.mark.parametrize("path", files(".py"), ids=name)
def test_every_file_first_says_what_it_is_for(path):
    purpose = (ast.get_docstring(tree(path)) or "").splitlines()
    assert purpose, "the first line of the file is a sentence: what it is for"
    assert purpose[0][0].isupper()


@pytest.mark.parametrize("path", files(*WRITTEN), ids=name)
def test_nothing_of_one_computer_stands_in_the_files(path):
    places = re.compile(rb"(?<![\w.])/(?:work|root)/|[A-Z]:\\Users\\|/Users/")
    assert path == Path(__file__) or not places.findall(path.read_bytes())


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_a_lock_names_no_server(lock):
    assert "://" not in (ROOT / lock).read_text(encoding="utf-8")


def test_the_tests_run_with_the_very_parts_of_the_program():
    assert pins("requirements.lock") <= pins("requirements-test.lock")


@pytest.mark.parametrize("what", ["requirements", "requirements-test"])
def test_a_lock_holds_all_that_is_asked_for(what):
    asked = re.findall(r"^([A-Za-z][\w-]*)", (ROOT / f"{what}.in").read_text("utf-8"), re.MULTILINE)
    locked = {pin.split("==")[0] for pin in pins(f"{what}.lock")}
    assert {part.lower() for part in asked} <= locked


def pins(lock: str) -> set[str]:
    return set(re.findall(r"^[\w-]+==[\w.]+", (ROOT / lock).read_text("utf-8"), re.MULTILINE))


def test_the_password_is_asked_before_the_heavy_parts_are_loaded():
    program = "import sys, ui.entrance.way; print(*{name.split('.')[0] for name in sys.modules})"
    command = [sys.executable, "-c", program]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert not set(LATE) & set(answer.stdout.split())


@pytest.mark.parametrize("page", files(".md"), ids=name)
def test_every_page_leads_somewhere(page):
    links = re.findall(r"\]\(([^):#]+)\)", page.read_text(encoding="utf-8"))
    assert not [link for link in links if not (page.parent / link).exists()]
