#!/usr/bin/env bash
# Sets up what is missing, starts the PACS and the server, stops both on Ctrl-C. ./start_server.sh --help
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/scripts/environment.sh"

find_python
for flag in "$@"; do
    case "$flag" in -h | --help) exec "$bootstrap" -m lib.start.flags --help ;; esac
done
"$bootstrap" -m lib.start.flags "$@"
prepare_venv
exec "$venv_python" -m lib.start.run "$@"
