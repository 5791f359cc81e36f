# Sourced by quickstart and check: named steps with their time, packages of the system.
# shellcheck shell=bash

BUILD_PACKAGES=(gcc g++ cmake ninja-build ca-certificates tzdata libyaml-dev
    libmicrohttpd-dev libzip-dev libexpat1-dev zlib1g-dev libzstd-dev libsodium-dev
    libsqlite3-dev libgnutls28-dev libsimdjson-dev
    libroaring-dev libxlsxwriter-dev libpango1.0-dev libcurl4-openssl-dev pkg-config)
TEST_PACKAGES=(libcmocka-dev clang clang-tidy clang-format cppcheck libclang-rt-14-dev lld binutils git
    curl openssl zip unzip zstd fonts-droid-fallback poppler-utils procps chromium-headless-shell sqlite3)
PACKING_PACKAGES=(dpkg-dev file)

now_ms() {
    local now=${EPOCHREALTIME/[.,]/}
    echo $((now / 1000))
}

# step TEXT COMMAND...: what is done, its output only when it fails, how long it took
step() {
    local text=$1 start log status=0
    shift
    start=$(now_ms)
    log=$(mktemp)
    printf '%-60s' "$text"
    "$@" >"$log" 2>&1 || status=$?
    if [ $status -eq 0 ]; then
        printf ' %6s s\n' "$(seconds_since "$start")"
    else
        printf ' failed (status %d) after %s s\n' $status "$(seconds_since "$start")"
        grep -nE -A 6 'FAILED|error:|\*\*\*Failed' "$log" | cut -c 1-400 |
            head -n 60 || true
        tail -n "${STEP_LOG_LINES:-40}" "$log"
    fi
    rm -f "$log"
    return $status
}

seconds_since() {
    local ms=$(($(now_ms) - $1))
    printf '%d.%d' $((ms / 1000)) $((ms % 1000 / 100))
}

# Those of the packages that are not installed, one a line.
missing_packages() {
    local package
    for package in "$@"; do
        if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
            echo "$package"
        fi
    done
}

# A Node of one's own serves as well as Debian's.
node_packages() {
    if ! command -v npm >/dev/null 2>&1 || ! node --version >/dev/null 2>&1; then
        echo nodejs npm
    fi
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo --preserve-env=http_proxy,https_proxy,no_proxy,HTTP_PROXY,HTTPS_PROXY,NO_PROXY "$@"
    fi
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends \
        -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

apt_update() {
    as_root apt-get -qq update -o DPkg::Lock::Timeout=300 </dev/null
}

# Lists of packages may be missing or stale: update only then.
apt_bring() {
    apt_install "$@" || { apt_update && apt_install "$@"; }
}

# need_packages PACKAGE...: installs what is missing; elsewhere names it and fails.
need_packages() {
    local missing
    if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-query >/dev/null 2>&1; then
        echo "This system has no apt. Please install what these Debian packages hold, then run again"
        echo "with --no-install:"
        echo "  $*"
        return 1
    fi
    mapfile -t missing < <(missing_packages "$@")
    if [ ${#missing[@]} -eq 0 ]; then
        return 0
    fi
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
        echo "Packages are missing, and only root can install them. As root:"
        echo "  apt-get update && apt-get install ${missing[*]}"
        return 1
    fi
    echo "installing: ${missing[*]}"
    step "  packages of the system" apt_bring "${missing[@]}"
}
