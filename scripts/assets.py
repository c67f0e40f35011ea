"""Build the stylesheet and script of the site into static/build, from GOV.UK Frontend.

Uses the machine's Node.js where it is recent enough, else the one that PyPI carries.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "static" / "build"
FRONTEND = ROOT / "node_modules" / "govuk-frontend" / "dist" / "govuk"
VENV_BIN = Path(sys.prefix) / "bin"
OLDEST_NODE = (20, 19)  # what sass asks for


def node_version(node):
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return (0,)
    return tuple(int(part) for part in re.findall(r"\d+", answer.stdout)[:2])


def path_with_node():
    """PATH with a recent enough node and npm on it, installing them into .venv if need be."""
    for path in (os.environ["PATH"], f"{VENV_BIN}{os.pathsep}{os.environ['PATH']}"):
        node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
        if node and npm and node_version(node) >= OLDEST_NODE:
            return path
    subprocess.run([ROOT / "scripts" / "venv.sh", "requirements/assets.txt"], cwd=ROOT, check=True)
    return path


def install(path):
    """`npm ci`, unless node_modules is already what package-lock.json says."""
    lock = ROOT / "package-lock.json"
    installed = ROOT / "node_modules" / ".from-lock"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        # sass's optional file watcher is a compiled module, and is not needed
        command = ["npm", "ci", "--omit=optional", "--silent"]
        run(command, path)
        shutil.copyfile(lock, installed)


def build(path):
    BUILD.mkdir(parents=True, exist_ok=True)
    # --quiet-deps and --silence-deprecation: GOV.UK Frontend's own warnings are not ours to act on
    sass = ["node", "node_modules/sass/sass.js", "--style=compressed", "--no-source-map"]
    quiet = ["--quiet-deps", "--silence-deprecation=import"]
    load = ["--load-path=node_modules"]
    run([*sass, *quiet, *load, "assets/site.scss", "static/build/site.css"], path)
    # The map it names is not copied, and collectstatic refuses a name that leads nowhere.
    script = (FRONTEND / "govuk-frontend.min.js").read_text(encoding="utf-8")
    script = re.sub(r"^//# sourceMappingURL=.*$", "", script, flags=re.MULTILINE)
    (BUILD / "govuk-frontend.min.js").write_text(script, encoding="utf-8")


def run(command, path):
    # The program is looked for on the new PATH, not on this process's.
    program = shutil.which(command[0], path=path)
    subprocess.run([program, *command[1:]], cwd=ROOT, check=True, env={**os.environ, "PATH": path})


if __name__ == "__main__":
    print("Building static/build", flush=True)
    try:
        node_path = path_with_node()
        install(node_path)
        build(node_path)
    except subprocess.CalledProcessError as problem:
        command = " ".join(str(part) for part in problem.cmd)
        sys.exit(f"Could not build the static assets: this failed: {command}")
