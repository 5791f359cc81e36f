#!/usr/bin/env bash
# Builds the release and packs it: build/shopvane_VERSION_ARCH.deb, whose path is the last line.
#   packaging/make-deb.sh [--no-install]
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/steps.sh

pack() {
    (cd build && rm -f ./*.deb && cpack -G DEB)
}

case ${1:-} in
'') need_packages "${PACKING_PACKAGES[@]}" ;;
--no-install) ;;
*) sed -n '2,3s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
./quickstart --build-only "$@"
step "pack (cpack)" pack
ls build/*.deb
