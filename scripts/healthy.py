"""Ask /health/ of this machine: exit 0 if it is well, 1 with what it says if not."""

import os
import sys
import urllib.error
import urllib.request

ALLOWED = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")


def main() -> int:
    address = f"http://127.0.0.1:{os.environ.get('PORT') or '8000'}/health/"
    # Only names in ALLOWED_HOSTS are answered.
    request = urllib.request.Request(address, headers={"Host": ALLOWED[0].lstrip("*.")})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - always http
            return 0 if answer.status == 200 else 1
    except urllib.error.HTTPError as problem:
        print(problem.read(2000).decode(errors="replace"))
    except OSError as problem:
        print(problem)
    return 1


if __name__ == "__main__":
    sys.exit(main())
