"""Settings of the web server; `make serve`, or `gunicorn config.wsgi` from this folder."""

import os
from pathlib import Path

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Threads, so that one slow download does not hold up a worker.
threads = 4
timeout = 60
# Workers are renewed now and then, not all at once: a slow leak never grows old.
max_requests = 2000
max_requests_jitter = 200
# The heartbeat file stays off disks that can stall.
if Path("/dev/shm").is_dir():  # noqa: S108
    worker_tmp_dir = "/dev/shm"  # noqa: S108
# Nothing here is told what to do while it runs.
control_socket_disable = True
