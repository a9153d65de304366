"""Small files: the old one or the new one, and a fault names the file that was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from models import files
from ui import faults


def test_what_cannot_be_written_leaves_nothing_and_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "taken.pdf").mkdir()
    with pytest.raises(OSError) as problem:
        files.write_whole(tmp_path / "taken.pdf", b"x")
    assert faults.sentence(problem.value).endswith(f"({tmp_path / 'taken.pdf'})")
    assert [path.name for path in tmp_path.iterdir()] == ["taken.pdf"]


def test_a_folder_that_is_not_there_is_named_by_the_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as problem:
        files.write_whole(tmp_path / "no" / "report.pdf", b"x")
    assert "report.pdf" in faults.sentence(problem.value)
    assert ".new" not in faults.sentence(problem.value)


@pytest.mark.parametrize("name", ["ž" * 300, "a\0b", "half \ud800 a letter", "file/below"])
def test_what_no_folder_can_be_called_is_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    assert not files.is_folder(tmp_path / name)
    assert not files.may_be_folder(tmp_path / name)
    assert not files.may_be_folder(tmp_path / "file")
    assert files.may_be_folder(tmp_path / "new" / "one")
    assert files.may_be_folder(tmp_path)
