#!/usr/bin/env bash
# Installs the .deb that packaging/build.sh made, uses the wallet from there, and removes it:
# that its metadata is valid, that the demonstration runs and the window opens from /usr/bin, that
# nothing is left behind, and that a profile is.
#
# Needs root (or a sudo that asks for nothing). Refuses to touch a Jiaozi that is installed already.
set -euo pipefail
cd "$(dirname "$0")/.."
deb=$(ls "$PWD"/target/package/jiaozi_*.deb)
fail() { echo "test-deb: $*" >&2; exit 1; }
say() { echo "-- $*"; }

root=()
if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || fail 'installing needs root: run it as root'
    root=(sudo -n)
fi
apt() { "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qy -o Dpkg::Use-Pty=0 "$@"; }
dpkg-query -W -f '${db:Status-Status}' jiaozi 2>/dev/null | grep -qx installed && fail 'jiaozi is installed already; remove it first'

home=$(mktemp -d)
pids=()
clean_up() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    apt purge jiaozi >/dev/null 2>&1 || true
    rm -rf "$home"
}
trap clean_up EXIT

say 'the package'
[ "$(dpkg-deb -f "$deb" Package Architecture | tr '\n' ' ')" = 'Package: jiaozi Architecture: amd64 ' ] || fail 'name or system'
control=$(dpkg-deb -I "$deb")
grep -qE '(preinst|postinst|prerm|postrm)' <<<"$control" && fail 'it runs scripts when it is installed'
depends=$(dpkg-deb -f "$deb" Depends)
for package in libc6 libwebkit2gtk-4.1-0 libgtk-3-0 libayatana-appindicator3-1 libxkbcommon0 libegl1; do
    grep -q "$package" <<<"$depends" || fail "it does not depend on $package"
done
bad=$(dpkg-deb --fsys-tarfile "$deb" | tar -tv | awk '$2 != "root/root" || $1 !~ /^(-rw-r--r--|-rwxr-xr-x|drwxr-xr-x)$/')
[ -z "$bad" ] || fail "owners or modes: $bad"
files=$(dpkg-deb --fsys-tarfile "$deb" | tar -t | grep -v '/$' | sed 's/^\.//')

say 'installing'
apt install --no-install-recommends "$deb" >/dev/null
desktop-file-validate /usr/share/applications/org.jiaozi.Wallet.desktop
appstreamcli validate --no-net /usr/share/metainfo/org.jiaozi.Wallet.metainfo.xml
for program in jiaozi jiaozi-desktop jiaozi-vault jiaozi-node; do
    [ "$(command -v $program)" = "/usr/bin/$program" ] || fail "$program is not found in /usr/bin"
    $program --version | grep -qF "$(dpkg-deb -f "$deb" Version | cut -d- -f1)" || fail "$program is of another version"
    [ -z "$(ldd /usr/bin/$program | grep 'not found')" ] || fail "$program lacks libraries"
    [ -s /usr/share/man/man1/$program.1.gz ] || fail "$program has no manual page"
done
for size in 16 32 48 128 256; do file -b "/usr/share/icons/hicolor/${size}x$size/apps/jiaozi.png" | grep -q "$size x $size" || fail "icon $size"; done
bash -nc 'source /usr/share/bash-completion/completions/jiaozi' || fail 'completions'
zcat /usr/share/man/man1/jiaozi.1.gz | grep -q 'jiaozi' || fail 'manual page'
# Each option of the programs whose pages are written by hand is on its page.
for program in jiaozi-desktop jiaozi-node; do
    page=$(zcat "/usr/share/man/man1/$program.1.gz" | sed 's/\\-/-/g')
    for option in $($program --help | grep -oE '^ +(-., )?--[a-z-]+' | grep -oE -- '--[a-z-]+'); do
        case $option in --help | --version) continue ;; esac
        grep -qF -- "$option" <<<"$page" || fail "$option is not on the page of $program"
    done
done

export HOME=$home XDG_RUNTIME_DIR=$home/run XDG_DATA_HOME=$home/data XDG_CONFIG_HOME=$home/config XDG_CACHE_HOME=$home/cache
unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS JIAOZI_PROFILE JIAOZI_SANDBOX
mkdir -m 700 "$XDG_RUNTIME_DIR"
screens=$PWD/target/screens/package
cd /

say 'the demonstration, without a display'
timeout 120 jiaozi demo </dev/null >"$home/demo.txt" 2>&1 || { cat "$home/demo.txt"; fail 'jiaozi demo'; }
tail -n 3 "$home/demo.txt"

say 'the window'
Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp 3>"$home/display" >/dev/null 2>&1 &
pids+=($!)
for _ in $(seq 100); do [ -s "$home/display" ] && break; sleep 0.1; done
DISPLAY=:$(cat "$home/display")
export DISPLAY
openbox >/dev/null 2>&1 &
pids+=($!)
WEBKIT_DISABLE_DMABUF_RENDERER=1 dbus-run-session -- jiaozi-desktop >"$home/desktop.txt" 2>&1 &
pids+=($!)
mkdir -p "$screens"
# What is on the screen and what runs, when the page does not come.
no_page() {
    import -window root "$screens/root.png" 2>/dev/null || true
    echo "-- windows"; xwininfo -root -tree 2>/dev/null | grep -v 'has no name' || true
    echo "-- programs"; ps -o pid,ppid,etime,stat,wchan:20,args --forest | grep -v ' ps ' || true
    echo "-- what the program said"; cat "$home/desktop.txt"
    fail "$1: see $screens"
}
# Its first page: the vermilion of the button to go on with, which neither a blank sheet nor the
# skeleton of a page has.
page_is_there() {
    local vermilion
    import -window root "$screens/desktop.png" 2>/dev/null || return
    vermilion=$(convert "$screens/desktop.png" -fill black +opaque '#B3261E' -fill white -opaque '#B3261E' -format '%[fx:round(mean*w*h)]' info: 2>/dev/null) || return
    [ "$vermilion" -gt 500 ]
}
deadline=$((SECONDS + 90))
until page_is_there; do
    kill -0 "${pids[-1]}" 2>/dev/null || no_page 'jiaozi-desktop ended'
    [ $SECONDS -lt $deadline ] || no_page 'no page to begin with in 90 s'
    sleep 0.2
done
xdotool search --onlyvisible --class jiaozi-desktop >/dev/null || no_page 'the page is in no window of its class'
[ -n "$(find "$home/data" -type f -print -quit)" ] || fail 'no profile was made'
# The program first: its session's bus ends with it, and would else be left behind.
pkill -x -P "${pids[-1]}" jiaozi-desktop || true
for _ in $(seq 50); do kill -0 "${pids[-1]}" 2>/dev/null || break; sleep 0.1; done
for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
wait "${pids[@]}" 2>/dev/null || true
pids=()
# Its session and its screen are gone; the program itself may still be closing its books.
running() { for pid in $(pgrep -x '(jiaozi-desktop|jiaozi-vault)'); do readlink "/proc/$pid/exe" | grep '^/usr/bin/'; done; }
for _ in $(seq 100); do [ -n "$(running)" ] || break; sleep 0.1; done
[ -z "$(running)" ] || fail "still running without a session: $(running | tr '\n' ' ')"

say 'removing'
find "$home/data" | sort >"$home/before"
apt purge jiaozi >/dev/null
while IFS= read -r file; do [ ! -e "$file" ] || fail "$file was left behind"; done <<<"$files"
[ ! -e /usr/share/doc/jiaozi ] || fail 'its documents were left behind'
find "$home/data" | sort | diff "$home/before" - || fail 'the profile was touched'
echo 'test-deb: passed'
