#!/usr/bin/env bash
# Builds jiaozi_VERSION_ARCH.deb and .rpm into target/package:
#   packaging/build.sh [--profile release|dev]
# The tests package the dev profile, which is built anyway; what ships is release.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PWD/target/tools/bin:$PATH

profile=release
case "$*" in
    '') ;;
    '--profile release' | '--profile dev') profile=$2 ;;
    *) echo "usage: $0 [--profile release|dev]" >&2; exit 2 ;;
esac

PROGRAMS=(jiaozi jiaozi-desktop jiaozi-vault jiaozi-node)
OUT=$PWD/target/package
root=$OUT/root
VERSION=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
ARCH=$(dpkg --print-architecture)

echo "==> building the programs ($profile)"
make --silent ui/dist/index.html
# The same features as everywhere else: the test build of the desktop shell can be driven from outside.
# In a test run they are built already, with everything else.
if [ "$profile" = dev ]; then what=--all-targets; else what=--bins; fi
cargo build --workspace $what --locked --profile "$profile"
built=target/$([ "$profile" = dev ] && echo debug || echo "$profile")

# One time for all files, so that the same sources give the same packages. Not before: some dependencies
# would be compiled again for it.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Cargo.lock)
export VERSION ARCH SOURCE_DATE_EPOCH

echo "==> laying out $VERSION"
rm -rf "$OUT"
put() { install -D -m "$1" "$2" "$root$3"; }
for program in "${PROGRAMS[@]}"; do
    put 755 "$built/$program" "/usr/bin/$program"
    strip --strip-unneeded "$root/usr/bin/$program"
done
put 644 packaging/org.jiaozi.Wallet.desktop /usr/share/applications/org.jiaozi.Wallet.desktop
put 644 packaging/org.jiaozi.Wallet.metainfo.xml /usr/share/metainfo/org.jiaozi.Wallet.metainfo.xml
for size in 16 24 32 48 64 96 128 256 512; do
    put 644 "icons/${size}x${size}.png" "/usr/share/icons/hicolor/${size}x${size}/apps/jiaozi.png"
done
put 644 icons/icon.svg /usr/share/icons/hicolor/scalable/apps/jiaozi.svg

# Pages and completions come from the program itself, so that they cannot be out of date.
tool=$root/usr/bin/jiaozi
put 644 packaging/jiaozi-till.service /usr/lib/systemd/user/jiaozi-till.service
mkdir -p "$root/usr/share/man/man1"
"$tool" man --out "$root/usr/share/man/man1"
[ -s "$root/usr/share/man/man1/jiaozi.1" ] || { echo 'jiaozi man wrote no jiaozi.1' >&2; exit 1; }
for page in packaging/man/*.1; do put 644 "$page" "/usr/share/man/man1/$(basename "$page")"; done
find "$root/usr/share/man" -name '*.1' -exec sed -i "1,2s/ \"\" \"Jiaozi\" / \"\" \"Jiaozi $VERSION\" /" {} + -exec chmod 644 {} + -exec gzip -9n {} +
completion() {
    mkdir -p "$(dirname "$root$2")"
    "$tool" completions "$1" >"$root$2"
    [ -s "$root$2" ] || { echo "jiaozi completions $1 wrote nothing" >&2; exit 1; }
}
completion bash /usr/share/bash-completion/completions/jiaozi
completion zsh /usr/share/zsh/site-functions/_jiaozi
completion fish /usr/share/fish/vendor_completions.d/jiaozi.fish

documents=/usr/share/doc/jiaozi
put 644 packaging/copyright $documents/copyright
put 644 LICENSE-APACHE $documents/LICENSE-APACHE
put 644 LICENSE-MIT $documents/LICENSE-MIT
gzip -9nc CHANGELOG.md >"$OUT/changelog.gz"
put 644 "$OUT/changelog.gz" $documents/changelog.gz
rm "$OUT/changelog.gz"
python3 packaging/notices.py "$root$documents/THIRD-PARTY.txt"
gzip -9n "$root$documents/THIRD-PARTY.txt"
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

# What the programs need ----------------------------------------------------------------------------
# Besides the libraries that they are linked with: what they load when they open a window, a tray icon,
# or the keyring.
deb_loaded=('libayatana-appindicator3-1' 'libxkbcommon0' 'libxkbcommon-x11-0' 'libegl1' 'libgl1')
deb_useful=('gnome-keyring | kwalletmanager | libsecret-1-0' 'fonts-noto-cjk' 'dbus-user-session')
rpm_loaded=('libayatana-appindicator3.so.1' 'libxkbcommon.so.0' 'libxkbcommon-x11.so.0' 'libEGL.so.1' 'libGL.so.1')
rpm_useful=(gnome-keyring)

binaries=("${PROGRAMS[@]/#/$root/usr/bin/}")
mkdir -p "$OUT/shlibs/debian"
printf 'Source: jiaozi\n' >"$OUT/shlibs/debian/control"
linked=$(cd "$OUT/shlibs" && dpkg-shlibdeps -O "${binaries[@]}" 2>/dev/null | sed 's/^shlibs:Depends=//')
rm -r "$OUT/shlibs"
[[ $linked == *libwebkit2gtk-4.1-0* ]] || { echo "dpkg-shlibdeps found no WebKit: $linked" >&2; exit 1; }
mapfile -t deb_linked < <(tr ',' '\n' <<<"$linked" | sed 's/^ *//')
mapfile -t rpm_linked < <(readelf -d "${binaries[@]}" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -v '^ld-linux' | sort -u)
bits='()(64bit)'

# Files alone: the folders that they are in belong to the system.
contents() {
    echo 'contents:'
    echo '  - { dst: /usr/share/doc/jiaozi, type: dir }'
    local file place
    while IFS= read -r file; do
        place=${file#"$root"}
        case $place in
            # Debian keeps the functions of packages apart.
            */zsh/site-functions/*)
                echo "  - { src: '$file', dst: /usr/share/zsh/vendor-completions/${file##*/}, packager: deb }"
                echo "  - { src: '$file', dst: '$place', packager: rpm }"
                ;;
            *) echo "  - { src: '$file', dst: '$place' }" ;;
        esac
    done < <(find "$root" -type f | sort)
}

list() { printf '      - "%s"\n' "$@"; }
{
    cat packaging/nfpm.yaml
    contents
    echo 'overrides:'
    echo '  deb:' && echo '    depends:' && list "${deb_linked[@]}" "${deb_loaded[@]}"
    echo '    recommends:' && list "${deb_useful[@]}"
    echo '  rpm:' && echo '    depends:' && list "${rpm_linked[@]/%/$bits}" "${rpm_loaded[@]/%/$bits}"
    echo '    recommends:' && list "${rpm_useful[@]}"
} >"$OUT/nfpm.yaml"

echo '==> packing'
nfpm package --config "$OUT/nfpm.yaml" --packager deb --target "$OUT/jiaozi_${VERSION}_$ARCH.deb"
nfpm package --config "$OUT/nfpm.yaml" --packager rpm --target "$OUT/jiaozi_${VERSION}_$ARCH.rpm"
ls -l "$OUT"/*.deb "$OUT"/*.rpm

# The vault alone, for a stick -----------------------------------------------------------------------
echo '==> the vault for a stick'
name=jiaozi-vault_${VERSION}_linux_$ARCH
stick=$OUT/$name
install -D -m 755 "$root/usr/bin/jiaozi-vault" "$stick/jiaozi-vault"
install -m 644 packaging/stick/README.txt LICENSE-APACHE LICENSE-MIT "$stick"
cp "$root$documents/THIRD-PARTY.txt.gz" "$stick"
(cd "$stick" && sha256sum jiaozi-vault README.txt LICENSE-APACHE LICENSE-MIT THIRD-PARTY.txt.gz >SHA256SUMS)
tar -C "$OUT" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf - "$name" | gzip -9n >"$stick.tar.gz"
rm -r "$stick"
ls -l "$stick.tar.gz"
