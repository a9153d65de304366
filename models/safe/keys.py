"""Guard the data key: wrapped once for every user by their password, in keys.json."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import os
import secrets
import time
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import files
from models.errors import DomainError, Missing
from models.safe import attempts
from models.text import fitting
from translations import N_

FILE = "keys.json"
FORMAT, VERSION = "ogranak-keys", 1
KEY_BYTES, SALT_BYTES, NONCE_BYTES = 32, 16, 12

GUESS_SECONDS = 0.65  # what one guess should cost on the computer that wraps the key
MEMORIES = (128 * 1024, 64 * 1024, 32 * 1024)  # KiB, the first that the computer can give
LARGEST_FILE = 1_000_000
LONGEST_LOGIN = 64


@dataclass(frozen=True)
class Cost:
    """What turning a password into a key takes: KiB of memory, passes over it, lanes."""

    memory: int
    passes: int
    lanes: int


@dataclass(frozen=True)
class _Wrap:
    """The data key, sealed for one user."""

    login: str  # as it was typed; compared by canonical()
    cost: Cost
    salt: bytes
    nonce: bytes
    sealed: bytes


@dataclass(frozen=True)
class _Ring:
    """The content of keys.json. `check` recognises the data key without telling it."""

    check: bytes
    wraps: tuple[_Wrap, ...]


def create(folder: Path, login: str, password: str, *, cost: Cost | None = None) -> bytes:
    """Make a new random data key, wrapped for its first user. Raises KeysExist, Missing."""
    if exists(folder):
        raise KeysExist(folder=str(folder))
    key = secrets.token_bytes(KEY_BYTES)
    wrap = _wrap(key, login, password, cost)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder, _Ring(_check(key), (wrap,)))
    return key


def unlock(folder: Path, login: str, password: str) -> bytes:
    """The data key. Raises WrongPassword, TooManyTries, NoKeys, DamagedKeys, LowMemory.

    Unknown logins share one count of tries, so that inventing them makes no free ones.
    """
    ring = _read(folder)
    wrap = _find(ring, login)
    name = canonical(wrap.login) if wrap else ""
    attempts.begin(folder, name)
    if wrap is None:
        raise WrongPassword
    key = _open(wrap, password)
    if not hmac.compare_digest(_check(key), ring.check):
        raise DamagedKeys(file=FILE)
    attempts.forget(folder, name)
    return key


def verify(folder: Path, login: str, password: str) -> bool:
    """Is this the user's password? Counts as a try; a wrong one is False, the rest raises."""
    try:
        unlock(folder, login, password)
    except WrongPassword:
        return False
    return True


def add_user(
    folder: Path, key: bytes, login: str, password: str, *, cost: Cost | None = None
) -> None:
    """Wrap the data key for one more user. Raises LoginExists, WrongKey, Missing."""
    ring = _read(folder)
    if not hmac.compare_digest(_check(key), ring.check):
        raise WrongKey
    if _find(ring, login):
        raise LoginExists(login=login.strip())
    _write(folder, _Ring(ring.check, (*ring.wraps, _wrap(key, login, password, cost))))


def change_password(
    folder: Path, login: str, old: str, new: str, *, cost: Cost | None = None
) -> None:
    """Wrap the data key anew for a user who knows the old password. Raises like unlock."""
    key = unlock(folder, login, old)
    ring = _read(folder)
    fresh = _wrap(key, login, new, cost)
    same = canonical(login)
    wraps = tuple(fresh if canonical(wrap.login) == same else wrap for wrap in ring.wraps)
    _write(folder, _Ring(ring.check, wraps))


def remove_user(folder: Path, login: str) -> None:
    """Take a user's wrap away. Raises UnknownLogin, LastUser: somebody must hold the key."""
    ring = _read(folder)
    gone = _find(ring, login)
    if gone is None:
        raise UnknownLogin(login=login.strip())
    if len(ring.wraps) == 1:
        raise LastUser
    _write(folder, _Ring(ring.check, tuple(wrap for wrap in ring.wraps if wrap is not gone)))


def exists(folder: Path) -> bool:
    return (folder / FILE).exists()


def logins(folder: Path) -> list[str]:
    """Who can unlock, as they wrote their names. Raises NoKeys, DamagedKeys."""
    return [wrap.login for wrap in _read(folder).wraps]


def canonical(login: str) -> str:
    """The form in which logins are compared: composed letters, without regard to case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", login.strip()).casefold())


@functools.cache
def usual_cost() -> Cost:
    """The cost at which a guess takes about GUESS_SECONDS here. Raises LowMemory."""
    for memory in MEMORIES:
        with suppress(LowMemory):
            trial = Cost(memory, passes=3, lanes=4)
            start = time.perf_counter()
            _derive("", b"\0" * SALT_BYTES, trial)
            taken = time.perf_counter() - start
            return Cost(memory, max(1, min(50, round(GUESS_SECONDS * 3 / taken))), lanes=4)
    raise LowMemory


def _wrap(key: bytes, login: str, password: str, cost: Cost | None) -> _Wrap:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    shown = unicodedata.normalize("NFC", fitting(login, LONGEST_LOGIN))
    if not shown:
        raise Missing(field=N_("Name for signing in"))
    cost = cost or usual_cost()
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    sealer = AESGCM(_derive(password, salt, cost))
    return _Wrap(shown, cost, salt, nonce, sealer.encrypt(nonce, key, _bound(shown, cost)))


def _open(wrap: _Wrap, password: str) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    sealer = AESGCM(_derive(password, wrap.salt, wrap.cost))
    try:
        return sealer.decrypt(wrap.nonce, wrap.sealed, _bound(wrap.login, wrap.cost))
    except InvalidTag:
        raise WrongPassword from None


def _derive(password: str, salt: bytes, cost: Cost) -> bytes:
    """Argon2id (RFC 9106) of the password in its NFKC form."""
    from argon2.exceptions import HashingError
    from argon2.low_level import ARGON2_VERSION, Type, hash_secret_raw

    try:
        return hash_secret_raw(
            unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass"),
            salt,
            time_cost=cost.passes,
            memory_cost=cost.memory,
            parallelism=cost.lanes,
            hash_len=KEY_BYTES,
            type=Type.ID,
            version=ARGON2_VERSION,
        )
    except HashingError:
        raise LowMemory(megabytes=cost.memory // 1024) from None


def _bound(login: str, cost: Cost) -> bytes:
    """What a wrap is tied to: moved to another login, version or cost, it no longer opens."""
    tied = [FORMAT, VERSION, canonical(login), cost.memory, cost.passes, cost.lanes]
    return json.dumps(tied).encode()


def _check(key: bytes) -> bytes:
    return hmac.digest(key, b"ogranak data key", hashlib.sha256)


def _find(ring: _Ring, login: str) -> _Wrap | None:
    wanted = canonical(login)
    return next((wrap for wrap in ring.wraps if canonical(wrap.login) == wanted), None)


def _read(folder: Path) -> _Ring:
    path = folder / FILE
    if os.path.lexists(path) and not path.is_file():
        raise DamagedKeys(file=FILE)
    try:
        with path.open("rb") as file:
            content = json.loads(file.read(LARGEST_FILE))
        if content["format"] == FORMAT and content["version"] > VERSION:
            raise NewerKeys(file=FILE)
        return _ring(content)
    except (FileNotFoundError, NotADirectoryError):
        raise NoKeys(file=FILE, folder=str(folder)) from None
    except (ValueError, TypeError, KeyError, RecursionError):
        raise DamagedKeys(file=FILE) from None


def _ring(content: dict[str, Any]) -> _Ring:
    """Raises ValueError, TypeError or KeyError when the file is not what this program writes."""
    wraps = tuple(_wrap_from(entry) for entry in content["wraps"])
    names = {canonical(wrap.login) for wrap in wraps}
    ring = _Ring(_unpack(content["check"], 32), wraps)
    if (content["format"], content["version"]) != (FORMAT, VERSION):
        raise ValueError
    if not wraps or "" in names or len(names) < len(wraps):
        raise ValueError
    return ring


def _wrap_from(entry: dict[str, Any]) -> _Wrap:
    cost = Cost(int(entry["memory_kib"]), int(entry["passes"]), int(entry["lanes"]))
    if not (8 * cost.lanes <= cost.memory <= 2**20 and 1 <= cost.passes <= 100 and cost.lanes > 0):
        raise ValueError
    return _Wrap(
        str(entry["login"]),
        cost,
        _unpack(entry["salt"], SALT_BYTES),
        _unpack(entry["nonce"], NONCE_BYTES),
        _unpack(entry["sealed"], KEY_BYTES + 16),
    )


def _write(folder: Path, ring: _Ring) -> None:
    wraps = [
        {
            "login": wrap.login,
            "memory_kib": wrap.cost.memory,
            "passes": wrap.cost.passes,
            "lanes": wrap.cost.lanes,
            "salt": _pack(wrap.salt),
            "nonce": _pack(wrap.nonce),
            "sealed": _pack(wrap.sealed),
        }
        for wrap in ring.wraps
    ]
    content = {"format": FORMAT, "version": VERSION, "check": _pack(ring.check), "wraps": wraps}
    files.write_whole(folder / FILE, json.dumps(content, indent=1, ensure_ascii=False).encode())


def _pack(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _unpack(text: str, length: int) -> bytes:
    raw = base64.b64decode(text, validate=True)
    if len(raw) != length:
        raise ValueError
    return raw


class WrongPassword(DomainError):
    message = N_("Wrong user name or password.")


class KeysExist(DomainError):
    message = N_("A branch has already been set up in {folder}. Choose an empty folder.")


class NoKeys(DomainError):
    message = N_(
        "The key file {file} is missing in {folder}. Without it the data cannot be opened. "
        "Put it back from a backup."
    )


class DamagedKeys(DomainError):
    message = N_("The key file {file} is damaged. Put it back from a backup.")


class NewerKeys(DomainError):
    message = N_("The key file {file} was written by a newer version. Update the program.")


class LoginExists(DomainError):
    message = N_("{login} is already in use. Choose another name for signing in.")


class UnknownLogin(DomainError):
    message = N_("There is no user {login}.")


class LastUser(DomainError):
    message = N_("This is the last user who can open the data. Add another user first.")


class WrongKey(DomainError):
    message = N_("The key does not belong to this branch's data. Sign in again.")


class LowMemory(DomainError):
    message = N_("There is not enough free memory to sign in. Close other programs and try again.")
