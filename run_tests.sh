#!/usr/bin/env bash
# Sets up what the tests need and runs them: ./run_tests.sh [unit|integration|e2e|all] [pytest arguments]
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/scripts/environment.sh"

suite="all"
case "${1:-}" in
    unit | integration | e2e | all) suite="$1"; shift ;;
    -h | --help) echo "run_tests.sh [unit|integration|e2e|all] [pytest arguments]"; exit 0 ;;
esac

# The settings of whoever runs the tests are not part of them.
unset ${!FLUORO_@} ${!MONAI_LABEL_@}
cd -- "$root"

prepare_venv --dev
if [ "$suite" != "unit" ]; then
    "$venv_python" -m lib.start.packages
    "$venv_python" -m lib.start.run --setup-only
fi
checks=""
if [ "$suite" = "all" ] || [ "$suite" = "unit" ]; then
    "$venv_python" -m ruff check .
    "$venv_python" -m ruff format --check .
    "$venv_python" -m mypy >"$root/.cache/mypy.log" 2>&1 &
    checks=$!
fi

# Two halves of about the same length side by side; browsers want the machine for themselves.
first=(tests/unit)
for room in tests/integration/*/; do
    case "$room" in */server/ | */__pycache__/) ;; *) first+=("${room%/}") ;; esac
done
second=(tests/integration/server tests/integration/test_*.py)

no_tests=5
status=0
judge() { case "$1" in 0 | "$no_tests") ;; *) status="$1" ;; esac; }
run() { "$venv_python" -m pytest "$@"; }

if [ "$suite" = "all" ]; then
    run "${first[@]}" "$@" >"$root/.cache/first-half.log" 2>&1 &
    first_half=$!
    run "${second[@]}" "$@" || judge $?
    wait "$first_half" || judge $?
    cat "$root/.cache/first-half.log"
    run tests/e2e "$@" || judge $?
else
    run "tests/$suite" "$@" || status=$?
fi
if [ -n "$checks" ] && ! wait "$checks"; then
    cat "$root/.cache/mypy.log"
    exit 1
fi
exit "$status"
