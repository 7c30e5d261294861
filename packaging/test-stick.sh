#!/usr/bin/env bash
# Uses the vault as it comes on a stick: unpacked anywhere, with an empty environment, no home, no
# network interface and nothing installed. It must need no library beyond glibc and GCC's runtime.
set -euo pipefail
cd "$(dirname "$0")/.."
fail() { echo "test-stick: $*" >&2; exit 1; }
stick=$(mktemp -d)
trap 'rm -rf "$stick"' EXIT
tar -C "$stick" --strip-components=1 -xzf target/package/jiaozi-vault_*.tar.gz
(cd "$stick" && sha256sum --quiet -c SHA256SUMS) || fail 'sums'

linked=$(readelf -d "$stick/jiaozi-vault" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -vE '^(ld-linux-x86-64|libc|libm|libgcc_s|libpthread|libdl|librt)\.so\.' || true)
[ -z "$linked" ] || fail "it needs $linked"

if [ "$(id -u)" -eq 0 ]; then alone=(unshare --net); else alone=(unshare --map-root-user --net); fi
vault() { "${alone[@]}" env -i "$stick/jiaozi-vault" "$@"; }
chmod 500 "$stick"
cd /
words=$(vault new --words 12 --print)
[ "$(wc -w <<<"$words")" -eq 12 ] || fail 'no twelve words'
first=$(vault show --secret-stdin <<<"$words")
[ "$(vault show --secret-stdin <<<"$words")" = "$first" ] || fail 'the same words show another wallet'
known='abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about'
vault show --secret-stdin <<<"$known" | grep -q 0x9858EfFD232B4033E47d90003D41EC34EcaEda94 || fail 'the published address'
vault show --secret-stdin <<<"$known" | grep -q '73c5da0a' || fail 'the published fingerprint'
chmod 700 "$stick"
[ "$(find "$stick" -type f | wc -l)" -eq 6 ] || fail 'it left a file on the stick'
echo 'test-stick: passed'
