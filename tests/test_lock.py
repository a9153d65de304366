"""One program at a time works on a data folder, and only on a drive that stays in place."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from models import clock
from models.safe import lock

HOLD = """
import sys, time, pathlib
from models.safe import lock
held = lock.hold(pathlib.Path(sys.argv[1]), "Amira Đurić")
print("held", flush=True)
time.sleep(60)
"""

MOUNTS = """\
rootfs / rootfs rw 0 0
/dev/sda2 / ext4 rw,relatime 0 0
/dev/sda1 /boot/efi vfat rw 0 0
proc /proc proc rw 0 0
server:/home /home nfs4 rw 0 0
//office/share /mnt/Zajednički\\040disk cifs rw 0 0
me@host: /mnt/far fuse.sshfs rw 0 0
/dev/sdb1 /media/stick vfat rw 0 0
/dev/sdc1 /media/disk ext4 rw 0 0
/dev/mapper/safe /media/safe ext4 rw 0 0
/dev/sda3 /data ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "podaci č ж"


@pytest.fixture
def other_program(folder):
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout.readline() == "held\n"
        yield program
        program.kill()


@pytest.fixture
def system(tmp_path):
    """Disks as Linux shows them: sda inside, sdb a stick, sdc on USB, dm-0 encrypted on sdb2."""
    root = tmp_path / "sys"
    disks = {"sda": "pci/ata1", "sdb": "pci/host2", "sdc": "pci/usb3/3-1"}
    for disk, where in disks.items():
        place = root / "devices" / where / disk
        place.mkdir(parents=True)
        (place / "removable").write_text("1\n" if disk == "sdb" else "0\n")
        for part in "123":
            (place / f"{disk}{part}").mkdir()
            link(root, place / f"{disk}{part}")
        link(root, place)
    mapped = root / "devices/virtual/safe"
    (mapped / "slaves").mkdir(parents=True)
    (mapped / "slaves/sdb2").symlink_to(root / "devices/pci/host2/sdb/sdb2")
    link(root, mapped)
    return root


def link(root: Path, device: Path) -> None:
    (root / "class/block").mkdir(parents=True, exist_ok=True)
    (root / "class/block" / device.name).symlink_to(device)


def test_the_second_is_told_who_works_there(folder):
    with clock.at(datetime(2026, 11, 23, 9, 5)):
        held = lock.hold(folder, "Amira Đurić")
    with held, pytest.raises(lock.AlreadyOpen) as refused:
        lock.hold(folder, "Borka")
    assert refused.value.details["who"] == "Amira Đurić"
    assert refused.value.details["since"] == clock.local(datetime(2026, 11, 23, 9, 5))
    assert refused.value.details["computer"]
    assert "Amira Đurić" in refused.value.text()


def test_another_program_is_told_too(folder, other_program):
    with pytest.raises(lock.AlreadyOpen) as refused:
        lock.hold(folder, "Borka")
    assert refused.value.details["who"] == "Amira Đurić"


def test_a_killed_program_is_no_obstacle(folder, other_program):
    other_program.send_signal(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
    other_program.wait()
    assert (folder / lock.FILE).read_text("utf-8")
    lock.hold(folder, "Borka").release()


def test_a_released_folder_is_free(folder):
    held = lock.hold(folder, "Amira")
    held.release()
    held.release()
    with lock.hold(folder, "Borka"):
        pass
    assert "Borka" not in (folder / lock.FILE).read_text()


def test_a_refused_second_does_not_free_the_first(folder):
    with lock.hold(folder, "Amira"):
        for _ in range(3):
            with pytest.raises(lock.AlreadyOpen):
                lock.hold(folder, "Borka")


def test_who_signs_in_later_is_named(folder):
    with lock.hold(folder, "") as held:
        held.sign("Amira")
        with pytest.raises(lock.AlreadyOpen) as refused:
            lock.hold(folder, "Borka")
    assert refused.value.details["who"] == "Amira"


@pytest.mark.parametrize(
    "note", [b"", b"{", b"[]", b"\xff", b'{"who": 1, "since": "x"}', b"9" * 99]
)
def test_an_unreadable_note_still_means_open(folder, note):
    with lock.hold(folder, "Amira"):
        (folder / lock.FILE).write_bytes(note)
        with pytest.raises(lock.AlreadyOpen) as refused:
            lock.hold(folder, "Borka")
    assert refused.value.details["who"] is None
    assert refused.value.text()


@pytest.mark.parametrize(
    ("folder", "problem"),
    [
        ("/var/lib/data", None),
        ("/data/branch", None),
        ("/boot/efi", None),
        ("/tmp/x", None),
        ("/home/amira/data", lock.NetworkDrive),
        ("/mnt/Zajednički disk/data", lock.NetworkDrive),
        ("/mnt/far", lock.NetworkDrive),
        ("/mnt/farther", None),
        ("/media/stick/data", lock.RemovableDrive),
        ("/media/disk", lock.RemovableDrive),
        ("/media/safe/data", lock.RemovableDrive),
    ],
)
def test_network_and_removable_drives_are_refused(folder, problem, system):
    assert lock.on_linux(Path(folder), lock.mounts_in(MOUNTS), system) is problem


def test_the_disk_that_the_computer_runs_from_is_accepted(system):
    mounts = lock.mounts_in("/dev/sdc1 / ext4 rw 0 0\n/dev/sdc2 /home ext4 rw 0 0\n")
    for folder in ("/srv", "/home/amira"):
        assert lock.on_linux(Path(folder), mounts, system) is None


def test_what_is_mounted_last_counts(system):
    mounts = lock.mounts_in("/dev/sda1 /data ext4 rw 0 0\nserver:/x /data nfs rw 0 0\n")
    assert lock.on_linux(Path("/data"), mounts, system) is lock.NetworkDrive
    assert lock.on_linux(Path("/elsewhere"), mounts, system) is None


SHARED = {
    "two parts of one disk": ("/data", "/srv", True),
    "a stick": ("/media/stick", "/srv", False),
    "an encrypted part of a stick": ("/media/safe", "/media/stick", True),
    "a folder of another computer": ("/home", "/srv", False),
}


@pytest.mark.parametrize("case", SHARED.values(), ids=SHARED)
def test_two_parts_of_one_disk_are_lost_together(case, system):
    one, other, together = case
    mounts = lock.mounts_in(MOUNTS)
    disks = [lock.disks_below(Path(folder), mounts, system) for folder in (one, other)]
    assert (not disks[0].isdisjoint(disks[1])) is together


def test_one_folder_of_a_drive_is_no_safer_than_another(tmp_path):
    assert lock.share_a_disk(tmp_path, tmp_path / "not there yet")


def test_this_folder_is_safe_before_it_exists(tmp_path):
    lock.refuse_unsafe_drive(tmp_path / "new" / "folder")


def test_the_refusal_says_where_to_go_instead(monkeypatch, tmp_path):
    monkeypatch.setattr(lock, "_drive_problem", lambda _: lock.NetworkDrive)
    with pytest.raises(lock.NetworkDrive, match="own disk"):
        lock.refuse_unsafe_drive(tmp_path)
