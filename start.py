"""Gets everything Ogranak needs onto this computer, then starts the program or its tests.

    python3 start.py demo     the practice branch with invented data
    python3 start.py          the program
    python3 start.py test     every test
    python3 start.py ...      anything else is handed to main.py as it stands

Only the standard library is used, in words that an old Python 3 can still read. What is
prepared stays in the folder .venv; a second start finds it there and needs no network.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
STAMP = VENV / "ready"  # written last: without it the folder is half made
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
INTERPRETER = f"python {sys.base_prefix} {sys.version_info[0]}.{sys.version_info[1]}"

LIBRARIES = (
    "libglib2.0-0 libegl1 libgl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libgssapi-krb5-2 "
    "libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libcups2"
).split()
TEST_TOOLS = (
    "poppler-utils qpdf libzbar0 postgresql dbus-daemon "
    "libpdfbox2-java libactivation-java libjaxb-api-java default-jre-headless"
).split()
SIDE_BY_SIDE = [  # the test files; when one process of them dies, the run ends
    "-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--max-worker-restart", "0",
]  # fmt: skip
QT = "import PySide6.QtWidgets, PySide6.QtPdfWidgets, PySide6.QtPrintSupport"
ROOM = 1.5  # GB; what stays is about 1
COMPLAINTS = (  # what a tool writes, in our words; the first that fits
    (
        ("CERTIFICATE_VERIFY_FAILED", "confirming the ssl certificate"),
        "The internet's answer cannot be trusted. Is this computer's date right? Then start again.",
    ),
    (("No space left", "Errno 28"), "The disk is full. Make room and start again."),
    (
        ("Permission denied", "Errno 13", "WinError 5]"),
        f"You may not write in {HERE}. Copy it to your own folder.",
    ),
    (
        ("Retrying (", "connection broken", "Connection refused", "name resolution", "resolving"),
        "The internet does not answer. Connect this computer and start again.",
    ),
    (
        ("No matching distribution",),
        "Not every part is made for this kind of computer with Python {}.{}.".format(
            *sys.version_info[:2]
        ),
    ),
)


class Trouble(Exception):
    """Something on this computer stands in the way; the text says what and what to do."""


def main(arguments: "list[str]") -> int:
    try:
        check_python()
        if arguments[:1] == ["test"]:
            return test(arguments[1:])
        if {"-h", "--help"} & set(arguments):  # it is read before anything is fetched
            return hand_over([sys.executable, str(HERE / "main.py")] + arguments)
        prepare("requirements.lock")
        return hand_over([str(PYTHON), str(HERE / "main.py")] + arguments)
    except BrokenPipeError:  # whoever read what was said has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (Trouble, OSError) as trouble:
        say(f"\nOgranak could not be prepared. {trouble}")
    except KeyboardInterrupt:
        say("\nStopped. The next start goes on from here.")
    return 1


def test(arguments: "list[str]") -> int:
    """Run every test. What could not be tried is said last, so that nobody overlooks it."""
    prepare("requirements-test.lock")
    missing = install_packages(missing_packages(TEST_TOOLS))
    result = subprocess.call(
        [str(PYTHON), "-m", "pytest"] + SIDE_BY_SIDE + arguments, cwd=str(HERE)
    )
    if missing:
        say("\n*** NOT EVERYTHING WAS TRIED. Tests that need these were skipped: ***")
        say("*** {} ***".format(", ".join(missing)))
        say(f"To try them too, run once:  {apt_line(missing)}")
    return result


def prepare(lock: str) -> None:
    """Make or mend .venv, unless its stamp says that all of this was done before."""
    wanted = {INTERPRETER, digest(lock), libraries()}
    done = stamps()
    if wanted <= done:
        return
    check_folder()
    if INTERPRETER not in done:
        say(f"Preparing Ogranak in {HERE} (only this once, a few minutes).")
    missing = install_packages(missing_packages(LIBRARIES) + missing_venv())
    if INTERPRETER not in done:
        make_environment(missing)
    if digest(lock) not in done:
        install_parts(lock)
        done = {INTERPRETER, digest(lock), digest("requirements.lock")}
        write_stamp(done)
    check_qt(missing)
    if not missing:
        write_stamp(done | {libraries()})


def hand_over(command: "list[str]") -> int:
    """Become the program; Windows cannot, so there it is started and waited for."""
    if os.name == "nt":
        return subprocess.call(command)
    os.execv(command[0], command)


# What is there already


def digest(lock: str) -> str:
    return f"{lock} {hashlib.sha256((HERE / lock).read_bytes()).hexdigest()}"


def libraries() -> str:
    return "libraries {}".format(" ".join(LIBRARIES))


def stamps() -> "set[str]":
    """The lines of the stamp; none when .venv is absent, half made or its Python is gone."""
    if not (STAMP.exists() and PYTHON.exists()):
        return set()
    lines = set(STAMP.read_text(encoding="utf-8").splitlines())
    return lines if INTERPRETER in lines else set()


def write_stamp(lines: "set[str]") -> None:
    STAMP.write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")


def missing_packages(names: "list[str]") -> "list[str]":
    """Those of the Debian packages that are not installed; newer releases append t64."""
    if not has_apt():
        return []
    spellings = names + [name + "t64" for name in names]
    answer = ask(
        ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n"] + spellings
    )
    lines = answer.stdout.splitlines()
    present = {line.split()[0] for line in lines if line.endswith(" installed")}
    return [name for name in names if not {name, name + "t64"} & present]


def missing_venv() -> "list[str]":
    """Debian cuts from Python what makes a .venv; its package has the Python's number."""
    if importlib.util.find_spec("ensurepip"):
        return []
    return ["python{}.{}-venv".format(*sys.version_info[:2])]


def check_python() -> None:
    bits = 64 if sys.maxsize > 2**32 else 32
    if sys.version_info < OLDEST or bits < 64:
        found = "{}.{} ({}-bit)".format(*sys.version_info[:2], bits)
        raise Trouble(
            f"It needs a 64-bit Python 3.11 or newer; this is {found}. "
            "Install a newer one and start with it."
        )
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # names in any script


def check_folder() -> None:
    for folder in (HERE, VENV):
        if folder.exists() and not os.access(str(folder), os.W_OK):
            raise Trouble(f"You may not write in {folder}. Copy it to your own folder.")
    if not VENV.exists() and shutil.disk_usage(str(HERE)).free < ROOM * 10**9:
        raise Trouble(f"The disk is too full: {ROOM} GB must be free. Make room and start again.")


def check_qt(missing: "list[str]") -> None:
    """Load the window's libraries once, so that a missing one is a sentence here."""
    answer = ask([str(PYTHON), "-c", QT])
    if answer.returncode != 0:
        advice = f"Run once:  {apt_line(missing)}\n" if missing else ""
        raise Trouble(f"A system library is missing. {advice}{last_line(answer.stdout)}")
    if missing:
        say(f"The window or the printer may need more. Run once:  {apt_line(missing)}")


# What is fetched


def install_packages(names: "list[str]") -> "list[str]":
    """Install with apt where that is allowed without a question; returns what is still missing."""
    if not names or not may_install():
        return names
    say("Installing with apt: {}".format(", ".join(names)))
    ask(apt_get("update"))
    answer = ask(apt_get("install", "--yes", "--no-install-recommends", *names), dots=True)
    if answer.returncode != 0:
        say(f"apt did not manage it. {complaint(answer)}")
    return [] if answer.returncode == 0 else names


def may_install() -> bool:
    if is_root() or not has_apt():
        return has_apt()
    return bool(shutil.which("sudo")) and ask(["sudo", "-n", "true"]).returncode == 0


def apt_get(*arguments: str) -> "list[str]":
    sudo = [] if is_root() else ["sudo", "-n"]
    tool = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=120"]
    return sudo + tool + list(arguments)


def apt_line(names: "list[str]") -> str:
    """One line for a terminal; it asks for the user's password, or where sudo is not, root's."""
    line = "apt-get update && apt-get install {}".format(" ".join(names))
    if is_root():
        return line
    return '{} -c "{}"'.format("sudo sh" if shutil.which("sudo") else "su -", line)


def has_apt() -> bool:
    return bool(shutil.which("dpkg-query") and shutil.which("apt-get"))


def is_root() -> bool:
    return os.name != "nt" and os.geteuid() == 0


def make_environment(missing: "list[str]") -> None:
    if missing_venv():
        advice = f"Run once:  {apt_line(missing)}" if has_apt() else "It lacks ensurepip."
        raise Trouble(f"This Python cannot make a .venv. {advice}")
    base = getattr(sys, "_base_executable", sys.executable)
    answer = ask([base, "-m", "venv", "--clear", str(VENV)])
    if answer.returncode != 0:
        raise Trouble(f"Making .venv failed. {complaint(answer)}")


def install_parts(lock: str) -> None:
    """Fetch the exact parts of the lock; a part whose hash differs is refused by pip."""
    total = sum("==" in line for line in (HERE / lock).read_text(encoding="utf-8").splitlines())
    STAMP.unlink(missing_ok=True)
    say(f"Fetching what is missing of {total} parts from the internet (300 MB in all).")
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", "off", "--only-binary", ":all:", "--require-hashes"]
    answer = ask(command + ["-r", str(HERE / lock)], dots=True)
    if answer.returncode != 0:
        raise Trouble(f"Fetching the parts failed. {complaint(answer)}")


def ask(command: "list[str]", dots: bool = False) -> "subprocess.CompletedProcess[str]":
    """Run a tool to its end; with dots, the screen shows one for every few lines it says."""
    lines = []
    pipe, same = subprocess.PIPE, subprocess.STDOUT
    with subprocess.Popen(command, stdout=pipe, stderr=same, errors="replace") as tool:
        for line in tool.stdout or ():
            lines.append(line)
            if dots and len(lines) % 10 == 0:
                print(".", end="", flush=True)
    if dots:
        say("")
    return subprocess.CompletedProcess(command, tool.returncode, "".join(lines))


def complaint(answer: "subprocess.CompletedProcess[str]") -> str:
    """Why a tool failed: a sentence of ours where we know it, else the tool's own."""
    if answer.returncode < 0:
        return "It was ended from outside. Start again."
    known = [text for signs, text in COMPLAINTS if any(sign in answer.stdout for sign in signs)]
    return (known or [last_line(answer.stdout)])[0]


def last_line(output: str) -> str:
    """What a tool complained about: its last line that names an error, else its last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()] or ["no reason given"]
    named = [line for line in lines if line.startswith(("ERROR:", "E:", "Error:"))]
    return (named or lines)[-1]


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
