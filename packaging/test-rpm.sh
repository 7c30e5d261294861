#!/usr/bin/env bash
# Checks the .rpm that packaging/build.sh made, without a system that could install it: that rpm reads it,
# that it holds the same files as the .deb, and that it needs what it loads.
set -euo pipefail
cd "$(dirname "$0")/.."
rpm=$(ls target/package/jiaozi_*.rpm)
deb=$(ls target/package/jiaozi_*.deb)
fail() { echo "test-rpm: $*" >&2; exit 1; }

rpm --checksig --nosignature "$rpm"
[ "$(rpm -qp --queryformat '%{NAME} %{ARCH} %{LICENSE}' "$rpm")" = "jiaozi x86_64 Apache-2.0 OR MIT" ] || fail 'name, system or licence'
[ "$(rpm -qp --scripts "$rpm")" = '' ] || fail 'it runs scripts when it is installed'

folder='s#/usr/share/zsh/vendor-completions/#/usr/share/zsh/site-functions/#'
diff <(dpkg-deb --fsys-tarfile "$deb" | tar -t | grep -v '/$' | sed "s#^\.##; $folder" | sort) \
    <(rpm -qpl "$rpm" | grep -vx '/usr/share/doc/jiaozi' | sort) || fail 'the packages hold different files'
needed=$(rpm -qp --requires "$rpm")
for library in libwebkit2gtk-4.1.so.0 libgtk-3.so.0 libayatana-appindicator3.so.1 libxkbcommon.so.0 libEGL.so.1; do
    grep -q "^$library" <<<"$needed" || fail "it does not require $library"
done
unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT
(cd "$unpacked" && rpm2cpio "$OLDPWD/$rpm" | cpio --quiet -idm 2>/dev/null)
for program in jiaozi jiaozi-desktop jiaozi-vault jiaozi-node; do
    "$unpacked/usr/bin/$program" --version >/dev/null || fail "$program does not start"
done
echo 'test-rpm: passed'
