#!/bin/sh
# Rewrites the golden files from what the program does now. Review the difference as code.
#   tools/update_golden.sh [BUILD_FOLDER]
set -eu
cd "$(dirname "$0")/.."
build=${1:-build}
SHOPVANE_UPDATE_GOLDEN=1 "$build/test_kpi_plan"
git --no-pager diff --stat -- tests/golden
