"""Guard the data key: wrapped for every user by their password, in keys.json."""

from __future__ import annotations

import functools
import json
import os
import secrets
import time
import unicodedata
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from models.errors import DomainError, Missing
from models.safe import attempts
from models.safe import ring as rings
from models.safe.ring import (
    FILE,
    FORMAT,
    KEY_BYTES,
    NONCE_BYTES,
    SALT_BYTES,
    Cost,
    DamagedKeys,
    NewerKeys,
    NoKeys,
    Ring,
    Wrap,
    WrongKey,
    canonical,
)
from models.text import fitting
from translations import N_

__all__ = ["FILE", "Cost", "DamagedKeys", "NewerKeys", "NoKeys", "WrongKey", "canonical"]

PASSWORD_WRAP = 1  # the version that a password's wrap is bound to: it has not changed since

GUESS_SECONDS = 0.65  # what one guess should cost on the computer that wraps the key
MEMORIES = (128 * 1024, 64 * 1024, 32 * 1024)  # KiB, the first that the computer can give
LONGEST_LOGIN = 64


def create(folder: Path, login: str, password: str, *, cost: Cost | None = None) -> bytes:
    """Make a new random data key, wrapped for its first user. Raises KeysExist, Missing."""
    if exists(folder):
        raise KeysExist(folder=str(folder))
    key = secrets.token_bytes(KEY_BYTES)
    wrap = _wrap(key, login, password, cost)
    folder.mkdir(parents=True, exist_ok=True)
    rings.write(folder, Ring(rings.check(key), (wrap,)))
    return key


def unlock(folder: Path, login: str, password: str, *, counted_in: Path | None = None) -> bytes:
    """The data key. Raises WrongPassword, TooManyTries, NoKeys, DamagedKeys, LowMemory.

    Unknown logins share one count of tries, so that inventing them makes no free ones. Those of a
    backup are `counted_in` the data folder: what was taken out of it is gone at the next try. What
    the record is to have of those, restoring.unlock says.
    """
    ring = rings.read(folder)
    wrap = _find(ring, login)
    name = canonical(wrap.login) if wrap else ""
    place, name = rings.counted(ring, folder, name, counted_in)
    attempts.begin(place, name)
    if wrap is None:
        if counted_in is None:
            attempts.remember(place, attempts.STRANGER)
        raise WrongPassword
    key = _open(wrap, password)
    if not rings.is_own(ring, key):
        raise DamagedKeys(file=FILE)
    attempts.forget(place, name, pin_tries(name))
    return key


def failed(folder: Path, login: str) -> int:
    """How many passwords, and PINs, were wrong since this user last signed in."""
    name = canonical(login)
    return attempts.failed(folder, name) + attempts.failed(folder, pin_tries(name))


def pin_tries(login: str) -> str:
    """The name under which wrong PINs are counted: no login begins with a blank."""
    return f" pin {canonical(login)}"


def verify(folder: Path, login: str, password: str) -> bool:
    """Is this the user's password? Counts as a try; a wrong one is False, the rest raises."""
    try:
        unlock(folder, login, password)
    except WrongPassword:
        return False
    return True


def is_own(folder: Path, login: str, password: str) -> bool:
    """Whether a user who has signed in would use their password a second time. It is no try."""
    wrap = _find(rings.read(folder), login)
    try:
        return wrap is not None and bool(_open(wrap, password))
    except WrongPassword:
        return False


def add_user(
    folder: Path, key: bytes, login: str, password: str, *, cost: Cost | None = None
) -> None:
    """Wrap the data key for one more user. Raises LoginExists, WrongKey, Missing."""
    ring = rings.read(folder)
    rings.require_own(ring, key)
    if _find(ring, login):
        raise LoginExists(login=login.strip())
    rings.write(folder, replace(ring, wraps=(*ring.wraps, _wrap(key, login, password, cost))))


def set_password(
    folder: Path, key: bytes, login: str, password: str, *, cost: Cost | None = None
) -> None:
    """Wrap the data key for a user, in place of a wrap they have. Raises WrongKey, Missing."""
    rings.require_own(rings.read(folder), key)
    fresh, same = _wrap(key, login, password, cost), canonical(login)
    ring = rings.read(folder)
    others = tuple(wrap for wrap in ring.wraps if canonical(wrap.login) != same)
    rings.write(folder, replace(ring, wraps=(*others, fresh)))
    attempts.forget(folder, same, pin_tries(same))


def change_password(
    folder: Path, login: str, old: str, new: str, *, cost: Cost | None = None
) -> None:
    """Wrap the data key anew for a user who knows the old password. Raises like unlock."""
    key = unlock(folder, login, old)
    ring = rings.read(folder)
    fresh = _wrap(key, login, new, cost)
    same = canonical(login)
    wraps = tuple(fresh if canonical(wrap.login) == same else wrap for wrap in ring.wraps)
    rings.write(folder, replace(ring, wraps=wraps))


def remove_user(folder: Path, login: str) -> None:
    """Take a user's wrap away. Raises UnknownLogin, LastUser: somebody must hold the key."""
    ring = rings.read(folder)
    gone = _find(ring, login)
    if gone is None:
        raise UnknownLogin(login=login.strip())
    if len(ring.wraps) == 1:
        raise LastUser
    rings.write(folder, replace(ring, wraps=tuple(wrap for wrap in ring.wraps if wrap is not gone)))


def belongs(folder: Path, key: bytes) -> bool:
    """Whether the key file is that of this data key. Raises NoKeys, DamagedKeys."""
    return rings.is_own(rings.read(folder), key)


def exists(folder: Path) -> bool:
    return (folder / FILE).exists()


def logins(folder: Path) -> list[str]:
    """Who can unlock, as they wrote their names. Raises NoKeys, DamagedKeys."""
    return [wrap.login for wrap in rings.read(folder).wraps]


@functools.cache
def usual_cost() -> Cost:
    """The cost at which a guess takes about GUESS_SECONDS here. Raises LowMemory."""
    for memory in MEMORIES:
        with suppress(LowMemory):
            trial = Cost(memory, passes=3, lanes=4)
            start = time.process_time()  # of this program alone: others may keep the computer busy
            _derive("", b"\0" * SALT_BYTES, trial)
            taken = (time.process_time() - start) / min(trial.lanes, os.cpu_count() or 1)
            passes = round(GUESS_SECONDS * trial.passes / taken)
            return Cost(memory, max(trial.passes, min(50, passes)), lanes=4)
    raise LowMemory


def _wrap(key: bytes, login: str, password: str, cost: Cost | None) -> Wrap:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    shown = unicodedata.normalize("NFC", fitting(login, LONGEST_LOGIN))
    if not shown:
        raise Missing(field=N_("Name for signing in"))
    cost = cost or usual_cost()
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    sealer = AESGCM(_derive(password, salt, cost))
    return Wrap(shown, cost, salt, nonce, sealer.encrypt(nonce, key, _bound(shown, cost)))


def _open(wrap: Wrap, password: str) -> bytes:
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
    tied = [FORMAT, PASSWORD_WRAP, canonical(login), cost.memory, cost.passes, cost.lanes]
    return json.dumps(tied).encode()


def _find(ring: Ring, login: str) -> Wrap | None:
    wanted = canonical(login)
    return next((wrap for wrap in ring.wraps if canonical(wrap.login) == wanted), None)


class WrongPassword(DomainError):
    message = N_("Wrong user name or password.")


class KeysExist(DomainError):
    message = N_("A branch has already been set up in {folder}. Choose an empty folder.")


class LoginExists(DomainError):
    message = N_("{login} is already in use. Choose another name for signing in.")


class UnknownLogin(DomainError):
    message = N_("There is no user {login}.")


class LastUser(DomainError):
    message = N_("This is the last user who can open the data. Add another user first.")


class LowMemory(DomainError):
    message = N_("There is not enough free memory to sign in. Close other programs and try again.")
