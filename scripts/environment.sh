# Sourced by start_server.sh, run_tests.sh and fluoro: finds Python 3.11 or 3.12 and makes .venv.
# Sets root (the checkout), bootstrap (the Python found) and venv_python; exports PYTHONPATH and more.

root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"
venv_python="$root/.venv/bin/python"
bootstrap=""
export PYTHONPATH="$root/apps/fluoro_vessels" PIP_ROOT_USER_ACTION=ignore
# The folder where somebody stands is no place to import from: a code.py there would be run.
export PYTHONSAFEPATH=1
# Our matrices are small: several threads of OpenBLAS wait for each other longer than one computes.
export OPENBLAS_NUM_THREADS="${OPENBLAS_NUM_THREADS:-1}"

# A name on the path may be a shim that does not run, so each is asked. $2: what it must be able to import.
is_known_python() {
    "$1" -c "import $2, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))" >/dev/null 2>&1
}

find_python() {
    local module name
    for module in ensurepip sys; do
        for name in python3 python3.12 python3.11; do
            if is_known_python "$name" "$module"; then bootstrap="$name"; return; fi
        done
    done
    name="$(python3 --version 2>/dev/null || echo "no python3")"
    echo "Python 3.11 or 3.12 is needed, but here is $name and no python3.11 or python3.12: install one of the two and start again." >&2
    exit 1
}

# prepare_venv [--dev]: makes or repairs .venv; nothing to do takes a tenth of a second.
prepare_venv() {
    [ -n "$bootstrap" ] || find_python
    "$bootstrap" -m lib.start.venv "$@"
}
