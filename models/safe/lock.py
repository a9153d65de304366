"""Let only one program work on a data folder at a time, and only where a live file is safe."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import sys
from dataclasses import dataclass
from datetime import datetime
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

from models import clock, files
from models.errors import DomainError
from translations import N_

FILE = "ogranak.lock"
MOUNTS = Path("/proc/mounts")

# File systems of other computers, as Linux names them.
NETWORK = {
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "coda", "9p", "ceph", "glusterfs",
    "lustre", "gfs2", "ocfs2", "davfs", "sshfs", "rclone", "s3fs", "gvfsd-fuse", "vboxsf",
    "vmhgfs-fuse",
}  # fmt: skip

MEMORY = {"tmpfs", "ramfs"}  # file systems that are no drive at all


@dataclass(frozen=True)
class Holder:
    """Who has the data open: the user, the computer, and since when (the office's time)."""

    who: str | None
    computer: str | None
    since: datetime | None


@dataclass(frozen=True)
class Mount:
    """A line of /proc/mounts: what is mounted where."""

    device: str
    folder: Path
    kind: str


class Lock:
    """The held folder. It is released at the latest when the program ends, however it ends."""

    def __init__(self, file: FileIO | None) -> None:
        self._file = file  # none in a folder that nobody can write in

    def sign(self, who: str) -> None:
        """Say who works here, for whoever finds the folder held."""
        since = clock.local(clock.now()).isoformat()
        self._note({"who": who, "computer": platform.node(), "since": since})

    def release(self) -> None:
        if self._file and not self._file.closed:
            self._note({})
            _give_back(self._file.fileno())
            self._file.close()

    def _note(self, note: dict[str, str]) -> None:
        if self._file is None:
            return
        with contextlib.suppress(OSError):  # on a full disk the lock holds without its note
            self._file.seek(0)
            self._file.truncate()
            self._file.write(json.dumps(note).encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def hold(folder: Path, who: str) -> Lock:
    """Take the folder. Raises AlreadyOpen with who holds it, on which computer, since when.

    The lock is the operating system's: what a killed program left behind is no obstacle. In a
    folder that cannot be written the books are only looked at; who may write there keeps us out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        descriptor, mode = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600), "r+"
    except OSError:
        if files.takes_files(folder):
            raise
        if not (folder / FILE).exists():
            return Lock(None)
        descriptor, mode = os.open(folder / FILE, os.O_RDONLY), "r"
    file = FileIO(descriptor, mode)
    if not _taken(descriptor):
        with file:
            holder = _holder(file)
        raise AlreadyOpen(who=holder.who, computer=holder.computer, since=holder.since)
    lock = Lock(file)
    lock.sign(who)
    return lock


def refuse_unsafe_drive(folder: Path) -> None:
    """Raises NetworkDrive or RemovableDrive where a live database would be at risk.

    The folder need not exist yet. Backups may lie there; only the live file may not.
    """
    problem = _drive_problem(_existing(folder.absolute()))
    if problem:
        raise problem(folder=str(folder))


def share_a_disk(one: Path, other: Path) -> bool:
    """Whether both folders are lost together: on one drive, or on two parts of one disk."""
    here, there = _existing(one.absolute()), _existing(other.absolute())
    if here.stat().st_dev == there.stat().st_dev:
        return True
    mounts = _mounts()
    return not disks_below(here, mounts).isdisjoint(disks_below(there, mounts))


def is_in_memory(folder: Path) -> bool:
    """Whether what is written there is gone when the computer is switched off."""
    mount = _mount_of(_existing(folder.absolute()), _mounts())
    return mount is not None and mount.kind in MEMORY


def disks_below(folder: Path, mounts: list[Mount], system: Path = Path("/sys")) -> set[Path]:
    """The disks that a folder lies on, as far as the system tells."""
    mount = _mount_of(folder, mounts)
    return _disks(mount.device, system) if mount else set()


def on_linux(
    folder: Path, mounts: list[Mount], system: Path = Path("/sys")
) -> type[DomainError] | None:
    """What is wrong with the drive of `folder`, by the mounts and what `system` says of disks."""
    mount = _mount_of(folder, mounts)
    if mount is None or (mount.kind, mount.folder) == ("9p", Path("/")):
        return None  # a closed room: nothing is known of its walls
    if mount.kind.removeprefix("fuse.") in NETWORK:
        return NetworkDrive
    own = [_disks(mount.device, system) for mount in mounts if mount.folder == Path("/")]
    disks = _disks(mount.device, system).difference(*own)  # what the computer runs from stays in
    return RemovableDrive if any(_is_removable(disk) for disk in disks) else None


def mounts_in(text: str) -> list[Mount]:
    """The mounts of /proc/mounts, the deepest folder and the latest mount first."""
    rows = [line.split(" ") for line in text.splitlines() if line.count(" ") >= 2]
    mounts = [Mount(_unescaped(row[0]), Path(_unescaped(row[1])), row[2]) for row in rows]
    mounts.reverse()
    return sorted(mounts, key=lambda mount: -len(mount.folder.parts))


def _holder(file: FileIO) -> Holder:
    """Who signed; nobody when the file is being written or is not ours."""
    with contextlib.suppress(ValueError, TypeError, KeyError):
        note = json.loads(file.read(10_000))
        since = datetime.fromisoformat(note["since"])
        return Holder(str(note["who"]) or None, str(note["computer"]) or None, since)
    return Holder(None, None, None)


def _existing(folder: Path) -> Path:
    """The folder itself, or the nearest above it that is there, without links."""
    return next(place for place in (folder, *folder.parents) if place.exists()).resolve()


def _unescaped(text: str) -> str:
    """/proc/mounts writes blanks and the like as \\040."""
    for code in ("040", "011", "012", "134"):
        text = text.replace(f"\\{code}", chr(int(code, 8)))
    return text


def _disks(device: str, system: Path) -> set[Path]:
    """The disks below a device, through partitions and encrypted or joined volumes."""
    node = (system / "class/block" / Path(device).resolve().name).resolve()
    if not device.startswith("/dev/") or not node.exists():
        return set()
    below = list((node / "slaves").glob("*"))
    if below:
        return {disk for part in below for disk in _disks(f"/dev/{part.name}", system)}
    return {node if (node / "removable").exists() else node.parent}


def _is_removable(disk: Path) -> bool:
    """USB disks call themselves fixed, but are pulled out all the same."""
    flag = disk / "removable"
    on_usb = any(part.startswith("usb") for part in disk.parts)
    return on_usb or (flag.exists() and flag.read_text().strip() == "1")


def _mounts() -> list[Mount]:
    """Those of this computer; none where it does not tell."""
    if not MOUNTS.exists():
        return []
    return mounts_in(MOUNTS.read_text(errors="surrogateescape"))


def _mount_of(folder: Path, mounts: list[Mount]) -> Mount | None:
    return next((mount for mount in mounts if folder.is_relative_to(mount.folder)), None)


if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # Windows locks bytes against reading too: a byte beyond the note

    def _taken(descriptor: int) -> bool:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

    def _give_back(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

    def _drive_problem(folder: Path) -> type[DomainError] | None:
        import ctypes

        kind = ctypes.windll.kernel32.GetDriveTypeW(folder.anchor)
        return {2: RemovableDrive, 4: NetworkDrive}.get(kind)

else:
    import fcntl

    def _taken(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _give_back(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _drive_problem(folder: Path) -> type[DomainError] | None:
        return on_linux(folder, _mounts())


class AlreadyOpen(DomainError):
    message = N_(
        "These data are already open. User: {who}. Computer: {computer}. Since: {since}. "
        "Close the program there first."
    )


class NetworkDrive(DomainError):
    message = N_(
        "{folder} is on a network drive, where the data could be damaged. "
        "Choose a folder on this computer's own disk."
    )


class RemovableDrive(DomainError):
    message = N_(
        "{folder} is on a drive that can be pulled out, where the data could be damaged. "
        "Choose a folder on this computer's own disk."
    )
