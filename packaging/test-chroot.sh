#!/usr/bin/env bash
# Tries what users do on a bare Debian 12: a minimal chroot made with debootstrap, thrown away after.
#   packaging/test-chroot.sh deb FILE.deb   installs the package, asks its version, imports orders
#   packaging/test-chroot.sh quickstart     runs ./quickstart --build-only in a copy of the tree
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
deb) [ -f "$package" ] || { echo "no such package: $package" >&2; exit 2; } ;;
*) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
[ "$(id -u)" -eq 0 ] || { echo "run this as root" >&2; exit 2; }
command -v debootstrap >/dev/null || apt_bring debootstrap

readonly MIRROR=${SHOPVANE_MIRROR:-http://deb.debian.org/debian}
root=$(mktemp -d /tmp/shopvane-chroot.XXXXXX)
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
    debootstrap --variant=minbase bookworm "$root" "$MIRROR"
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
    inside shopvane init /tmp/shop --name Test --currency EUR --timezone Europe/Berlin
    inside shopvane -C /tmp/shop import /tmp/orders.csv
    inside shopvane -C /tmp/shop kpi gross_sales orders --from 2026-01-01 --to 2026-01-31 --grain total |
        tee "$root/tmp/answer"
    grep -q '77.70' "$root/tmp/answer"
}

copy_tree() {
    mkdir -p "$root/src/shopvane"
    git ls-files --cached --others --exclude-standard -z |
        tar --null --ignore-failed-read -T - -cf - | tar -xf - -C "$root/src/shopvane"
}

step "bare Debian 12 (debootstrap, minbase)" bootstrap
certificates
settings
if [ "$what" = deb ]; then
    step "install the package" install_package
    inside shopvane --version
    step "man page and catalogue are there" test -f "$root/usr/share/man/man1/shopvane.1" -a \
        -d "$root/usr/share/shopvane/catalogue" -a -f "$root/lib/systemd/system/shopvane@.service"
    import_orders
else
    copy_tree
    started=$(now_ms)
    inside /src/shopvane/quickstart --build-only
    echo "first run took $(seconds_since "$started") s"
    inside /src/shopvane/build/shopvane --version
    started=$(now_ms)
    inside /src/shopvane/quickstart --build-only
    echo "second run took $(seconds_since "$started") s"
fi
echo "good: $what"
