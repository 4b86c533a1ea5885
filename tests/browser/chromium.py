"""Where Chromium is; it is installed if it can be."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

NAMES = ("chromium", "chromium-browser", "google-chrome", "/usr/bin/chromium")


class NoChromiumError(Exception):
    """There is no Chromium, and it could not be installed."""


def find_chromium() -> Path:
    """The browser that is here, else Debian's package, which is installed if we are root. Raises `NoChromiumError`."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        install()
        found = shutil.which("chromium")
    if found is None:
        refuse("apt-get installed it without a command of that name")
    return Path(found)


def install() -> None:
    apt_get = shutil.which("apt-get")
    if os.geteuid() != 0 or apt_get is None:
        refuse("it can be installed by nobody but root, and with apt-get")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (("update",), ("install", "--yes", "--no-install-recommends", "chromium")):
        done = subprocess.run(
            [apt_get, "--quiet", *command],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            refuse(f"apt-get {command[0]} failed: {done.stdout.strip()[-500:]}")


def refuse(reason: str) -> NoReturn:
    message = (
        f"The tests of the pages need Chromium, and none of {', '.join(NAMES)} is here; {reason}. "
        "Install Debian's package chromium and run them again."
    )
    raise NoChromiumError(message)
