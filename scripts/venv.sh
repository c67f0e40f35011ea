#!/bin/sh
# Install a hash-locked requirements file into .venv, making .venv first where there is none.
# Shell, because it must be able to say that Python is missing.
set -eu
requirements=$1
export UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1

suitable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 python; do
        if suitable "$name"; then echo "$name"; return; fi
    done
    echo "This needs Python 3.11 or later, and none was found on PATH." >&2
    echo "Install it (Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python)," >&2
    echo "or name one: make run PYTHON=/path/to/python3" >&2
    return 1
}

# A .venv whose Python has gone or is too old is made again.
if ! suitable .venv/bin/python; then
    python=$(find_python)
    rm -rf .venv
    if command -v uv >/dev/null 2>&1; then
        uv venv --quiet --python "$(command -v "$python")" .venv
    elif ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        echo "$python has no venv module, which Debian and Ubuntu package apart." >&2
        echo "Install it: apt-get install python3-venv" >&2
        exit 1
    else
        "$python" -m venv .venv
    fi
fi

echo "Installing $requirements into .venv"
if command -v uv >/dev/null 2>&1; then
    uv pip install --quiet --python .venv/bin/python --require-hashes --no-deps --only-binary :all: -r "$requirements"
elif .venv/bin/python -c 'import pip' >/dev/null 2>&1; then
    .venv/bin/python -m pip install -qq --require-hashes --no-deps --only-binary :all: -r "$requirements"
else
    echo ".venv was made by uv, which is no longer on PATH. Remove it and run make again: rm -rf .venv" >&2
    exit 1
fi
