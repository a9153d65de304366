"""A paper key opens the data however it is typed, and a slip of the pen is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.safe import attempts, keys, papercode, paperkeys
from models.safe.papercode import SIGNS, WrongGroup, WrongLength, WrongPaperKey

QUICK = keys.Cost(memory=64, passes=1, lanes=1)
PASSWORD = "tri plave jabuke"

secrets_ = st.binary(min_size=16, max_size=16)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "podaci"


@pytest.fixture
def key(folder: Path) -> bytes:
    return keys.create(folder, "Amira", PASSWORD, cost=QUICK)


@given(secret=secrets_)
def test_what_is_written_is_read_again(secret):
    written = papercode.written(secret)
    assert papercode.read(written) == secret
    assert [len(group) for group in written.split()] == [4] * 9


@given(secret=secrets_, data=st.data())
def test_case_blanks_dashes_and_look_alikes_do_not_matter(secret, data):
    alike = {"0": "0OoОо", "1": "1IiLlИл", "A": "AaАа", "H": "HhХх", "C": "CcЦц"}
    typed = ""
    for sign in papercode.written(secret):
        choices = "".join(alike.get(sign, sign + sign.lower()))
        typed += data.draw(st.sampled_from(["", " ", "-", " – ", "\n"]))
        typed += data.draw(st.sampled_from(choices))
    assert papercode.read(typed) == secret


@given(secret=secrets_, place=st.integers(0, 35), other=st.sampled_from(SIGNS))
def test_one_wrong_sign_is_always_found_and_its_group_named(secret, place, other):
    signs = list(papercode.written(secret).replace(" ", ""))
    if signs[place] == other:
        return
    signs[place] = other
    with pytest.raises(WrongGroup) as slip:
        papercode.read("".join(signs))
    assert slip.value.details["group"] == place // 4 + 1


@given(secret=secrets_, group=st.integers(0, 8), place=st.integers(0, 2))
def test_two_neighbours_that_changed_places_are_always_found(secret, group, place):
    signs = list(papercode.written(secret).replace(" ", ""))
    at = 4 * group + place
    if signs[at] == signs[at + 1]:
        return
    signs[at], signs[at + 1] = signs[at + 1], signs[at]
    with pytest.raises(WrongGroup):
        papercode.read("".join(signs))


def test_groups_that_changed_places_are_found():
    groups = papercode.written(bytes(range(16))).split()
    groups[2], groups[3] = groups[3], groups[2]
    with pytest.raises(WrongGroup):
        papercode.read(" ".join(groups))


@given(text=st.text(max_size=60))
def test_any_text_is_read_or_refused_in_words(text):
    with pytest.raises((WrongLength, WrongGroup, WrongPaperKey)):
        papercode.read(text)


def test_no_sign_can_be_taken_for_another():
    assert len(set(SIGNS)) == 32
    assert not set("ILOU") & set(SIGNS)


def test_both_paper_keys_open_what_the_password_opens(folder, key):
    for typed in paperkeys.make(folder, key):
        assert paperkeys.unlock(folder, typed.lower()) == key
    assert keys.unlock(folder, "Amira", PASSWORD) == key


def test_a_paper_key_is_no_user(folder, key):
    paperkeys.make(folder, key)
    assert keys.logins(folder) == ["Amira"]


def test_the_file_holds_no_paper_key(folder, key):
    made = paperkeys.make(folder, key)
    written = (folder / keys.FILE).read_text()
    for typed in made:
        secret = papercode.read(typed)
        assert typed not in written and secret.hex() not in written


def test_paper_keys_count_once_both_were_typed_back(folder, key):
    first, second = paperkeys.make(folder, key)
    assert not paperkeys.are_proved(folder)
    paperkeys.prove(folder, first)
    assert not paperkeys.are_proved(folder)
    paperkeys.prove(folder, second)
    assert paperkeys.are_proved(folder)


def test_new_paper_keys_end_the_old_ones_only_when_they_were_typed_back(folder, key):
    old = paperkeys.make(folder, key)
    for typed in old:
        paperkeys.prove(folder, typed)
    new = paperkeys.make(folder, key)
    assert paperkeys.unlock(folder, old[0]) == key
    paperkeys.prove(folder, new[0])
    assert paperkeys.unlock(folder, old[1]) == key
    paperkeys.prove(folder, new[1])
    for typed in old:
        with pytest.raises(WrongPaperKey):
            paperkeys.unlock(folder, typed)
    assert [paper.number for paper in paperkeys.known(folder)] == [3, 4]


def test_paper_keys_never_typed_back_end_when_new_ones_are_made(folder, key):
    lost = paperkeys.make(folder, key)
    paperkeys.make(folder, key)
    with pytest.raises(WrongPaperKey):
        paperkeys.unlock(folder, lost[0])


def test_paper_keys_can_be_made_anew_any_number_of_times(folder, key):
    for _time in range(20):
        first, _second = paperkeys.make(folder, key)
        paperkeys.prove(folder, first)
    assert paperkeys.unlock(folder, first) == key


def test_wrong_paper_keys_wait_like_wrong_passwords(folder, key):
    paperkeys.make(folder, key)
    foreign = papercode.written(bytes(16))
    for _time in range(5):
        with pytest.raises(WrongPaperKey):
            paperkeys.unlock(folder, foreign)
    with pytest.raises(attempts.TooManyTries):
        paperkeys.unlock(folder, foreign)
    assert keys.unlock(folder, "Amira", PASSWORD) == key


def test_a_slip_in_typing_is_no_try(folder, key):
    typed, _second = paperkeys.make(folder, key)
    for _time in range(9):
        with pytest.raises(WrongLength):
            paperkeys.unlock(folder, typed[:-1])
    assert paperkeys.unlock(folder, typed) == key


def test_a_paper_wrap_moved_to_another_number_does_not_open(folder, key):
    first, _second = paperkeys.make(folder, key)
    content = json.loads((folder / keys.FILE).read_text())
    content["papers"][0]["number"], content["papers"][1]["number"] = 5, 6
    (folder / keys.FILE).write_text(json.dumps(content))
    with pytest.raises(WrongPaperKey):
        paperkeys.unlock(folder, first)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", 0), ("number", "x"), ("made_on", "yesterday"), ("typed_back", "yes"),
        ("salt", "AAAA"), ("sealed", None),
    ],
)  # fmt: skip
def test_a_paper_wrap_that_cannot_be_right_is_damage(folder, key, field, value):
    paperkeys.make(folder, key)
    content = json.loads((folder / keys.FILE).read_text())
    content["papers"][0][field] = value
    (folder / keys.FILE).write_text(json.dumps(content))
    with pytest.raises(keys.DamagedKeys):
        keys.logins(folder)
