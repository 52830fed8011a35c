#!/usr/bin/env bash
# Packages and the viewer for a machine without internet: wheelhouse.sh make FOLDER | install FOLDER
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/environment.sh"

case "${1:-}${2:+ folder}" in "make folder" | "install folder") ;; *)
    echo "wheelhouse.sh make FOLDER | install FOLDER" >&2; exit 2 ;;
esac
mkdir -p -- "$2"
folder="$(cd -- "$2" && pwd -P)"
find_python
cd -- "$root"

case "$1" in
    make)
        "$bootstrap" -m pip download --no-deps --require-hashes --dest "$folder" -r requirements.txt
        "$bootstrap" -m pip download --dest "$folder" "setuptools>=68" wheel
        ./start_server.sh --setup-only --studies http://pacs.invalid/dicom-web
        cp -- .cache/ohif-app-*.tgz "$folder/"
        echo "made $folder: carry it over with this checkout"
        ;;
    install)
        mkdir -p .cache
        cp -- "$folder"/ohif-app-*.tgz .cache/
        # pip looks into the folder and nowhere else; the hashes of requirements.txt still hold.
        PIP_NO_INDEX=1 PIP_FIND_LINKS="$folder" ./start_server.sh --setup-only --studies http://pacs.invalid/dicom-web
        ;;
esac
