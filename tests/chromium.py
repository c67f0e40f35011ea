"""The browser of the browser tests; `python -m tests.chromium` sees that there is one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "NO BROWSER: the browser tests did not run. Install Chromium, or name one in CHROMIUM."
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No page may need another host: one that asks for it finds nothing there.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


def find(playwright):
    """The path of a Chromium: the one named, Playwright's own, or the machine's; else None."""
    own = playwright.chromium.executable_path
    paths = [os.environ.get("CHROMIUM"), own, *map(shutil.which, NAMES)]
    return next((path for path in paths if path and Path(path).exists()), None)


def launch(playwright):
    # Chromium's own sandbox needs rights that containers and root do not have.
    path = find(playwright)
    return playwright.chromium.launch(executable_path=path, chromium_sandbox=False, args=FLAGS)


def is_there():
    with sync_playwright() as playwright:
        return find(playwright) is not None


def install():
    """By apt where that is ours to do, else by Playwright."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        packages = ["chromium", "fonts-liberation"]
        get = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
        for command in (["apt-get", "update", "-qq"], get):
            subprocess.run(command, stdout=subprocess.DEVNULL)
    if not is_there():
        # Its progress bars and stack traces would drown the one sentence that counts.
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, capture_output=True)


if __name__ == "__main__":
    if not is_there():
        print("Installing Chromium for the browser tests", flush=True)
        install()
        if not is_there():
            in_ci = bool(os.environ.get("CI"))
            print(MISSING, file=sys.stderr)
            sys.exit(1 if in_ci else 0)
