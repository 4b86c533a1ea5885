"""Makes .venv from the two locks. Run by bin/setup with the system's Python, so only the standard library is here."""

import fcntl
import os
import platform
import shutil
import subprocess
import sys
import venv
from pathlib import Path

# A dead network must be told within seconds, not after pip's usual minutes.
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "--retries=1", "--timeout=15")

MACHINES = ("x86_64", "aarch64", "arm64")


def main(root: Path) -> None:
    refuse_other_systems()
    environment = root / ".venv"
    locks = (root / "requirements.lock", root / "tests" / "requirements.lock")
    wanted = "".join(lock.read_text(encoding="utf-8") for lock in locks)
    installed = environment / "installed.lock"
    with (root / ".setup.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if installed.exists() and installed.read_text(encoding="utf-8") == wanted and works(environment):
            return
        report(f"Installing Guanxi's Python packages into {environment} (a minute or so)")
        wheels = root / ".wheels"
        shutil.rmtree(wheels, ignore_errors=True)
        try:
            install(environment, wheels, locks, is_new=not installed.exists() or not works(environment))
        finally:
            shutil.rmtree(wheels, ignore_errors=True)
        installed.write_text(wanted, encoding="utf-8")


def install(environment: Path, wheels: Path, locks: tuple[Path, ...], *, is_new: bool) -> None:
    files = ("--require-hashes", *(f"--requirement={lock}" for lock in locks))
    # Everything is fetched before an environment that works is touched.
    if is_new:
        make(environment)
    pip(environment, "download", "--only-binary=:all:", f"--dest={wheels}", *files)
    # An environment is made anew, never patched: what a lock no longer names is gone, and what was killed is whole.
    if not is_new:
        make(environment)
    # Most modules are never imported, so they are compiled when they are: it saves two thirds of the time.
    pip(environment, "install", "--no-compile", "--no-index", f"--find-links={wheels}", *files)


def refuse_other_systems() -> None:
    system = platform.system()
    if system == "Linux" and not has_glibc():
        refuse("this Linux has another C library than glibc, for which neither Java nor the packages are built")
    if system not in ("Linux", "Darwin") or platform.machine() not in MACHINES:
        refuse(f"found {system} on {platform.machine()}; Guanxi runs on Linux (x86-64 or arm64), and untested on macOS")


def has_glibc() -> bool:
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc")
    except (OSError, ValueError):
        return False


def works(environment: Path) -> bool:
    try:
        done = subprocess.run([environment / "bin" / "python", "-c", "import pip"], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def make(environment: Path) -> None:
    # To clear a link is to empty the folder that another checkout works with.
    if environment.is_symlink():
        refuse(f"{environment} is a link to {environment.readlink()}, which is made for other locks; remove the link")
    try:
        venv.create(environment, clear=True, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        refuse(f"no virtual environment could be made in {environment} ({error})")


def pip(environment: Path, *arguments: str) -> None:
    command, *rest = arguments
    done = subprocess.run(
        [environment / "bin" / "python", *PIP, command, *rest],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        log = environment.with_name(".setup.log")
        log.write_text(done.stdout, encoding="utf-8")
        refuse(
            f"the Python packages of requirements.lock are missing and pip could not {command} them; check the network "
            f"and run it again (pip's words are in {log})"
        )


def report(message: str) -> None:
    sys.stdout.write(message + "\n")
    sys.stdout.flush()


def refuse(reason: str) -> None:
    sys.stderr.write(f"bin/setup: {reason}.\n")
    raise SystemExit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
