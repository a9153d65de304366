"""How a paper key is written: nine groups of four signs, each with a sign that checks it.

128 random bits and seven that check the whole make 27 signs of five bits; every group is three of
them and a fourth that is computed from them and from the place of the group. One wrong sign, or
two neighbours that changed places, are always found, and the group is named.
"""

from __future__ import annotations

import hashlib
import secrets

from models.errors import DomainError
from translations import N_

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O and U, which are read as others
GROUPS, SIGNS_IN_GROUP = 9, 4
SECRET_BYTES = 16
CHECK_BITS = 7

# What is typed for a sign: letters that look like digits, and the keys of a Cyrillic keyboard.
_TYPED = str.maketrans("OILЉЊЕРТЗПАСДФГХЈКЅЏЦВБНМОИЛ", "011QWERTZPASDFGHJKYXCVBNM011")


def new() -> bytes:
    """A random secret."""
    return secrets.token_bytes(SECRET_BYTES)


def written(secret: bytes) -> str:
    """The secret as it is printed: groups of four, a blank between them."""
    number = int.from_bytes(secret) << CHECK_BITS | _check(secret)
    places = range(5 * 3 * GROUPS - 5, -1, -5)
    signs = [number >> place & 31 for place in places]
    groups = [_with_check(at, signs[3 * at : 3 * at + 3]) for at in range(GROUPS)]
    return " ".join("".join(SIGNS[sign] for sign in group) for group in groups)


def read(typed: str) -> bytes:
    """The secret. Case, blanks and dashes do not matter, nor O for 0 and I or L for 1.

    Raises WrongLength, WrongGroup with its number, WrongPaperKey.
    """
    signs = _signs(typed)
    if len(signs) != GROUPS * SIGNS_IN_GROUP:
        raise WrongLength(given=len(signs), wanted=GROUPS * SIGNS_IN_GROUP)
    number = 0
    for at in range(GROUPS):
        group = signs[SIGNS_IN_GROUP * at : SIGNS_IN_GROUP * (at + 1)]
        if -1 in group or _with_check(at, group[:3]) != group:
            raise WrongGroup(group=at + 1, text="".join(_plain(typed))[4 * at : 4 * at + 4])
        for sign in group[:3]:
            number = number << 5 | sign
    secret = (number >> CHECK_BITS).to_bytes(SECRET_BYTES)
    if number & (1 << CHECK_BITS) - 1 != _check(secret):
        raise WrongPaperKey
    return secret


def fault(typed: str) -> str:
    """Why this cannot be a paper key, in one sentence; empty when it may be one."""
    try:
        read(typed)
    except (WrongLength, WrongGroup, WrongPaperKey) as slip:
        return slip.text()
    return ""


def _plain(typed: str) -> list[str]:
    """The letters and digits alone, large, as they would be read."""
    return [sign for sign in typed.upper().translate(_TYPED) if sign.isalnum()]


def _signs(typed: str) -> list[int]:
    """The value of each sign; -1 for one that no paper key has."""
    return [SIGNS.find(sign) for sign in _plain(typed)]


def _with_check(at: int, signs: list[int]) -> list[int]:
    """The signs of a group and the one that checks them: a sum over the field of 32 elements."""
    check = at + 1
    for place, sign in enumerate(signs):
        check ^= _times(2 << place, sign)
    return [*signs, check]


def _times(one: int, other: int) -> int:
    """The product in the field of 32 elements, with x^5 = x^2 + 1."""
    product = 0
    for bit in range(5):
        if other >> bit & 1:
            product ^= one << bit
    for bit in range(9, 4, -1):
        if product >> bit & 1:
            product ^= 0b100101 << bit - 5
    return product


def _check(secret: bytes) -> int:
    return hashlib.sha256(b"ogranak paper key" + secret).digest()[0] >> 8 - CHECK_BITS


class WrongLength(DomainError):
    message = N_("A paper key has {wanted} signs; {given} are typed.")


class WrongGroup(DomainError):
    message = N_("Group {group} (“{text}”) is not as on the paper. Compare it sign by sign.")


class WrongPaperKey(DomainError):
    message = N_(
        "This is not a paper key of these data. Take the newest one; for a backup, one that was"
        " valid on its day."
    )
