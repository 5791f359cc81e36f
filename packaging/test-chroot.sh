#!/usr/bin/env bash
# Tries what users do on a bare Debian 12: a minimal chroot made with debootstrap, thrown away after.
#   packaging/test-chroot.sh deb [FILE.deb]  installs the package (without FILE: of a new build), looks
#                                            at what it laid down, imports, makes a demo, removes it
#   packaging/test-chroot.sh tar [FILE.tar.gz]  unpacks the archive as an ordinary user, with the packages
#                                            that docs/install.md names, imports, makes a demo
#   packaging/test-chroot.sh container [FILE.deb]  carries out packaging/Containerfile step by step, and
#                                            its commands as its user: init, import, report, serve
#   packaging/test-chroot.sh quickstart      runs ./quickstart in a copy of the tree: build, demo shop,
#                                            report, server, second run; cmake --install to a prefix
# Run as root. --keep leaves the chroot for a look. The host's certificates, apt sources of Debian
# and npm settings given by the environment are handed in, so that proxies and mirrors work.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/steps.sh

keep=no
[ "${1:-}" = --keep ] && { keep=yes; shift; }
what=${1:-}
package=${2:-}
case $what in
quickstart) ;;
deb | tar | container)
    [ -z "$package" ] || [ -f "$package" ] || { echo "no such package: $package" >&2; exit 2; }
    ;;
*) sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
[ "$(id -u)" -eq 0 ] || { echo "run this as root" >&2; exit 2; }
command -v debootstrap >/dev/null || apt_bring debootstrap
if [ "$what" != quickstart ] && [ -z "$package" ]; then
    packaging/make-packages.sh
    package=$(if [ "$what" = tar ]; then ls build/*.tar.gz; else ls build/*.deb; fi)
fi

readonly MIRROR=${SHOPVANE_MIRROR:-} # empty: the one debootstrap knows
root=$(mktemp -d /tmp/shopvane-chroot.XXXXXX)
chmod 755 "$root" # also for users inside
cleanup() {
    umount "$root/proc" 2>/dev/null || true
    if [ $keep = yes ]; then echo "kept: $root"; else rm -rf --one-file-system "$root"; fi
}
trap cleanup EXIT

# The host's certificates, by the names the host uses.
certificates() {
    mkdir -p "$root/etc/ssl/certs"
    cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/host-ca.crt"
    cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
    if [ -n "${NODE_EXTRA_CA_CERTS:-}" ] && [ -f "${NODE_EXTRA_CA_CERTS}" ]; then
        cat "$NODE_EXTRA_CA_CERTS" >>"$root/etc/ssl/certs/host-ca.crt"
    fi
}

settings() {
    cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
    cp /etc/hosts "$root/etc/hosts" 2>/dev/null || true
    if [ -f /etc/apt/sources.list.d/debian.sources ]; then
        rm -f "$root/etc/apt/sources.list"
        cp /etc/apt/sources.list.d/debian.sources "$root/etc/apt/sources.list.d/"
    fi
    mount -t proc proc "$root/proc" 2>/dev/null || true
}

bootstrap() {
    debootstrap --variant=minbase bookworm "$root" ${MIRROR:+"$MIRROR"}
}

inside() {
    chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LANG=C.UTF-8 \
        NODE_EXTRA_CA_CERTS=/etc/ssl/certs/host-ca.crt \
        ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
        ${no_proxy:+no_proxy="$no_proxy"} ${npm_config_registry:+npm_config_registry="$npm_config_registry"} \
        "$@" </dev/null
}

install_package() {
    cp "$package" "$root/tmp/shopvane.deb"
    inside apt-get -qq update
    inside env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends \
        /tmp/shopvane.deb
}

# An order of two lines, one of them returned later.
import_orders() {
    cat >"$root/tmp/orders.csv" <<'CSV'
order_id,date,sku,product,quantity,price,currency
1001,2026-01-05 10:00:00,A-1,Tea pot,2,19.90,EUR
1001,2026-01-05 10:00:00,B-7,Tea cup,4,4.50,EUR
1002,2026-01-06 11:30:00,A-1,Tea pot,1,19.90,EUR
CSV
    "$@" init /tmp/shop --name Test --currency EUR --timezone Europe/Berlin
    "$@" -C /tmp/shop import /tmp/orders.csv
    "$@" -C /tmp/shop kpi gross_sales orders --from 2026-01-01 --to 2026-01-31 --grain total |
        tee "$root/tmp/answer"
    grep -q '77.70' "$root/tmp/answer"
}

laid_down() {
    local file
    for file in bin/shopvane lib/shopvane/libduckdb.so share/man/man1/shopvane.1 \
        share/shopvane/catalogue/01-sales.yaml lib/systemd/system/shopvane@.service \
        share/doc/shopvane/copyright; do
        [ -f "$root$1/$file" ] || { echo "missing: $1/$file"; return 1; }
    done
}

# Every option that --help knows.
man_page_complete() {
    local command option page
    page=$(sed 's/\\-/-/g' "$root$1/share/man/man1/shopvane.1")
    for command in $(inside "$1/bin/shopvane" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
        grep -q "^\.SS \"$command " <<<"$page" || { echo "no section $command"; return 1; }
        for option in $(inside "$1/bin/shopvane" "$command" --help | sed -n 's/^  --\([a-z-]*\) .*/\1/p'); do
            grep -q "^\\\\fB--$option\\\\fR" <<<"$page" ||
                { echo "not told: $command --$option"; return 1; }
        done
    done
}

demo_and_report() {
    "$@" demo --days 30 /tmp/demo && "$@" -C /tmp/demo report && "$@" -C /tmp/demo verify
}

removed() {
    inside env DEBIAN_FRONTEND=noninteractive apt-get -qq purge --yes shopvane
    local left
    left=$(find "$root/usr" "$root/etc" "$root/var/lib" -name '*shopvane*')
    [ -z "$left" ] || { echo "left behind:"; echo "$left"; return 1; }
}

# ---- The archive, as an ordinary user ----

# The line of the handbook that installs what the archive does not bring.
install_named_packages() {
    local line
    line=$(sed -n 's/^sudo apt install \(libyaml.*\)$/\1/p' docs/install.md)
    [ -n "$line" ] || { echo "docs/install.md names no packages for the archive"; return 1; }
    inside apt-get -qq update
    # shellcheck disable=SC2086
    inside env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends $line
}

unpack() {
    inside useradd --create-home --home-dir /opt/seller --uid 10002 seller
    cp "$package" "$root/tmp/shopvane.tar.gz"
    as_user seller tar -xzf /tmp/shopvane.tar.gz -C /opt/seller
    mv "$root"/opt/seller/shopvane-*/ "$root/opt/seller/shopvane"
}

as_user() {
    local user=$1
    shift
    inside chroot --userspec="$user" / /usr/bin/env "$@"
}

# ---- The steps of packaging/Containerfile ----

# One instruction a line, its continued lines joined.
instructions() { # NAME
    sed -e '/^#/d' -e ':a' -e '/\\$/N; s/\\\n */ /; ta' packaging/Containerfile | sed -n "s/^$1 //p"
}

container_files() {
    [ "$(instructions COPY)" = 'build/shopvane_*.deb /tmp/' ] || { echo "another COPY"; return 1; }
    cp "$package" "$root/tmp/$(basename "$package")"
}

container_run() {
    inside sh -ec "$(instructions RUN)"
}

# ENTRYPOINT and what follows, or CMD, as USER in WORKDIR.
container_command() {
    as=(chroot --userspec="$(instructions USER)" / sh -c 'cd "$0" && exec "$@"' "$(instructions WORKDIR)")
    read -ra entry < <(instructions ENTRYPOINT | tr -d '[]",')
    [ $# -gt 0 ] || read -ra command < <(instructions CMD | tr -d '[]",')
    command=("${as[@]}" "${entry[@]}" "${command[@]}" "$@")
}

container() {
    local as entry command=()
    container_command "$@"
    inside "${command[@]}"
}

container_serves() {
    local as entry command=()
    container_command serve --listen 127.0.0.1:8099
    serves 8099 "${command[@]}"
}

copy_tree() {
    mkdir -p "$root/src/shopvane"
    git ls-files --cached --others --exclude-standard -z |
        tar --null --ignore-failed-read -T - -cf - | tar -xf - -C "$root/src/shopvane"
}

# Ctrl-C is what ends it; a port that nobody else has is not known before, so PORT must be free.
serves() { # PORT COMMAND...
    # shellcheck disable=SC2016
    inside bash -c 'set -m
        port=$0
        "$@" & pid=$!
        for i in $(seq 1 100); do
            sleep 0.3
            exec 3<>/dev/tcp/127.0.0.1/$port && break
        done 2>/dev/null
        printf "GET /healthz HTTP/1.0\r\nHost: 127.0.0.1:$port\r\n\r\n" >&3
        cat <&3 | grep -o "{\"status\":\"ok\"}" || { kill $pid; exit 1; }
        kill -INT $pid
        wait $pid' "$@"
}

try_deb() {
    step "install the package" install_package
    inside shopvane --version
    step "man page, catalogue, unit and copyright are there" laid_down /usr
    step "the man page tells every option" man_page_complete /usr
    import_orders inside shopvane
    step "a demo shop of 30 days, its report, verify" demo_and_report inside shopvane
    step "removed without a trace" removed
}

try_tar() {
    local program=(as_user seller /opt/seller/shopvane/bin/shopvane)
    step "the packages that docs/install.md names" install_named_packages
    step "unpack as an ordinary user" unpack
    "${program[@]}" --version
    step "man page, catalogue, unit and copyright are there" laid_down /opt/seller/shopvane
    import_orders "${program[@]}"
    step "a demo shop of 30 days, its report, verify" demo_and_report "${program[@]}"
}

try_container() {
    step "COPY" container_files
    step "RUN" container_run
    container --version
    container init . --currency EUR --timezone Europe/Berlin
    import_orders inside shopvane >/dev/null # writes the file of orders
    container import /tmp/orders.csv
    container
    step "a month's report as PDF in Chinese" container --lang zh report month --date 2026-01 --output m.pdf
    step "served, ended by Ctrl-C" container_serves
}

try_quickstart() {
    copy_tree
    local started
    started=$(now_ms)
    inside /src/shopvane/quickstart --no-serve
    echo "first run took $(seconds_since "$started") s"
    step "second run, served, ended by Ctrl-C" serves 8080 /src/shopvane/quickstart
    step "cmake --install" inside cmake --install /src/shopvane/build --prefix /opt/shopvane
    step "man page, catalogue, unit and copyright are there" laid_down /opt/shopvane
    step "the man page tells every option" man_page_complete /opt/shopvane
    step "the unit starts the program of the prefix" grep -q '^ExecStart=/opt/shopvane/bin/shopvane ' \
        "$root/opt/shopvane/lib/systemd/system/shopvane@.service"
}

step "bare Debian 12 (debootstrap, minbase)" bootstrap
certificates
settings
"try_$what"
echo "good: $what"
