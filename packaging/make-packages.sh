#!/usr/bin/env bash
# Builds the release and packs it: build/shopvane-VERSION-linux-ARCH.tar.gz and
# build/shopvane_VERSION_ARCH.deb, whose paths are the last lines.
#   packaging/make-packages.sh [--no-install]
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/steps.sh

pack() {
    (cd build && rm -f ./*.deb ./*.tar.gz && cpack -G DEB && cpack -G TGZ)
}

case ${1:-} in
'') need_packages "${PACKING_PACKAGES[@]}" ;;
--no-install) ;;
*) sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
./quickstart --build-only "$@"
step "pack (cpack)" pack
ls build/*.tar.gz build/*.deb
