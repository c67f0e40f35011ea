"""Make the database ready and start the site, to develop (`run`) or for real (`serve`).

A container takes `serve` in two steps: `migrate` as the owner of the tables, `web` without them.
"""

import hashlib
import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("DATA_DIR") or ROOT / "var")
PREPARED = DATA / "prepared"
SIGN_INS = DATA / "demo-staff.txt"
PORT = os.environ.get("PORT") or "8000"


def manage(*arguments, **options):
    command = [sys.executable, ROOT / "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, **options)


def refuse_taken_port(mode):
    if not PORT.isdigit() or not 0 < int(PORT) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, not {PORT!r}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(PORT)))
        except PermissionError:
            sys.exit(f"You may not use port {PORT}. Choose another: make {mode} PORT=8001")
        except OSError:
            sys.exit(f"Port {PORT} is in use. Choose another: make {mode} PORT={int(PORT) + 1}")


def state():
    """What `prepare` depends on: our migrations, packages that bring their own, printed port."""
    names = sorted(path.name for path in ROOT.glob("*/migrations/*.py"))
    locked = (ROOT / "requirements" / "base.txt").read_text()
    return hashlib.sha256("\n".join([*names, locked, PORT]).encode()).hexdigest()


def is_prepared():
    # Of a database elsewhere nothing is known without asking it, so only our own file is skipped.
    if os.environ.get("DATABASE_URL"):
        return False
    there = all(path.exists() for path in (DATA / "db.sqlite3", SIGN_INS, PREPARED))
    return there and PREPARED.read_text() == state()


def prepare():
    """Migrate; on an empty database load the reference figures and demonstration staff."""
    if not is_prepared():
        DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
        (DATA / "static").mkdir(exist_ok=True)  # WhiteNoise asks for it at each start
        print("Preparing the database", flush=True)
        manage("migrate", "--no-input", "--verbosity=0")
        manage("load_reference", "--if-empty")
        manage("load_indicator_set")
        staff = manage("create_demo_staff", stdout=subprocess.PIPE, text=True).stdout
        SIGN_INS.touch(mode=0o600)
        SIGN_INS.write_text(staff)
        PREPARED.write_text(state())
    print(SIGN_INS.read_text(), flush=True)


def run():
    os.environ["DEBUG"] = "true"
    prepare()
    return [sys.executable, "manage.py", "runserver", f"127.0.0.1:{PORT}"]


def migrate():
    """Migrate, if these are the owner's tables; otherwise nothing may be left to migrate."""
    try:
        manage("may_migrate", stdout=subprocess.DEVNULL)
    except subprocess.CalledProcessError as problem:
        if problem.returncode != 3:
            raise
        unfinished = "This version has something to migrate: set MIGRATE_DATABASE_URL once."
        try:
            manage("migrate", "--check", stdout=subprocess.DEVNULL)
        except subprocess.CalledProcessError:
            sys.exit(f"{unfinished} The role in DATABASE_URL does not own the tables.")
    else:
        manage("migrate", "--no-input", "--verbosity=0")


def migrate_as_owner():
    """Migrate as MIGRATE_DATABASE_URL says, and let the role in DATABASE_URL use the tables."""
    owner = os.environ.pop("MIGRATE_DATABASE_URL", "")
    if not owner:
        migrate()
        return
    role = unquote(urlsplit(os.environ.get("DATABASE_URL", "")).username or "")
    if not role:
        sys.exit("With MIGRATE_DATABASE_URL, DATABASE_URL must name the role of the application.")
    as_owner = {**os.environ, "DATABASE_URL": owner}
    manage("migrate", "--no-input", "--verbosity=0", env=as_owner)
    manage("grant_application_role", role, env=as_owner)


def serve():
    os.environ.pop("DEBUG", None)
    # Nothing here ends TLS: with HTTPS on, every page would lead to an address without an answer.
    if os.environ.setdefault("HTTPS", "false") == "false":
        print(f"Plain HTTP on port {PORT}. Behind a TLS proxy: make serve HTTPS=true", flush=True)
    migrate_as_owner()
    return web()


def migrate_only():
    migrate_as_owner()
    return [sys.executable, "manage.py", "version"]


def web():
    manage("collectstatic", "--no-input", "--verbosity=0")
    return [sys.executable, "-m", "gunicorn", "config.wsgi"]


if __name__ == "__main__":
    mode = sys.argv[1]
    if mode != "migrate":
        refuse_taken_port(mode)
    try:
        command = {"run": run, "serve": serve, "migrate": migrate_only, "web": web}[mode]()
    except subprocess.CalledProcessError as problem:
        sys.exit(f"Could not start: manage.py {problem.cmd[2]} failed; its message is above.")
    os.chdir(ROOT)
    os.execv(command[0], command)
