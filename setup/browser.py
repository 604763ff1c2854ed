"""A browser for the tours, and a font for Chinese screens."""

import shutil
import subprocess

import mirror
from console import Problem, say
from settings import is_root

# The names that Odoo's own tests look for.
_NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def _found() -> bool:
    return any(map(shutil.which, _NAMES))


def _chinese() -> bool:
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True).stdout)


def prepare() -> None:
    """Make sure that there is a Chromium: without one the tours would skip themselves.

    :raise Problem: where there is none and none may be installed
    """
    # Ubuntu's package is a wrapper around a snap, which sees no file of a test.
    snap = mirror.os_release().get("ID") == "ubuntu"
    missing = ([] if _found() or snap else ["chromium"]) + ([] if _chinese() else ["fonts-noto-cjk"])
    if missing and is_root():
        mirror.install(missing, "browser tours")
    elif not _chinese():
        say("No Chinese font here (fonts-noto-cjk): tests run, screenshots show boxes")
    if not _found():
        mend = "Install google-chrome-stable, the package of its makers" if snap else "apt-get install chromium"
        raise Problem("No Chromium here, and the browser tours need one", f"{mend} (and fonts-noto-cjk).")
