#!/usr/bin/env bash
# Cold signing from end to end: a profile that watches, and a vault in a network namespace that has no
# interface at all, not even loopback. What goes between them are pictures of QR codes, of which two of
# every five are thrown away.
# Usage: tests/cold/run.sh [--core]   (on the sandbox, or on a Conflux node's Core Space, which needs
# tests/nodes/in-netns.sh around it; jiaozi and jiaozi-vault are in target/debug)
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
bin="${CARGO_TARGET_DIR:-$root/target}/debug"
work=$(mktemp -d)
node=
trap '[ -z "$node" ] || { exec 9>&-; wait "$node" || true; }; rm -rf "$work"' EXIT
core=${1:-}
export JIAOZI_SANDBOX="$work/sandbox" LANG=C.UTF-8
passphrase='seven lanterns over the river'
words='abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about'

online() { "$bin/jiaozi" --no-input --profile "$work/online" "$@"; }
payee() { "$bin/jiaozi" --no-input --profile "$work/payee" "$@"; }
if [ "$(id -u)" -eq 0 ]; then no_network=(unshare --net); else no_network=(unshare --map-root-user --net); fi
# The words come from standard input; there is no interface that is up.
cold() { printf '%s\n' "$words" | "${no_network[@]}" "$bin/jiaozi-vault" "$@" --secret-stdin; }
field() { python3 -c 'import json,sys; v=json.load(sys.stdin)
for k in sys.argv[1].split("."): v=v[int(k)] if k.isdigit() else v[k]
print(v)' "$1"; }
is() { [ "$2" = "$3" ] || { echo "cold: $1: $2, not $3" >&2; exit 1; }; echo "cold: $1: $2"; }
refused() { # NAME CODE COMMAND...
    local name=$1 code=$2 said; shift 2
    if said=$("$@" 2>&1 >/dev/null); then echo "cold: $name: was not refused" >&2; exit 1; fi
    case $said in *"$code"*) echo "cold: $name: refused ($code)";; *) echo "cold: $name: $said" >&2; exit 1;; esac
}
# Two of every five pictures are lost.
lose() { local at=0 picture; for picture in "$1"-*.png; do at=$((at + 1)); [ $((at % 5)) -lt 2 ] && rm "$picture"; done; ls "$1"-*.png | wc -l; }

"${no_network[@]}" sh -c 'ip -o link show up | wc -l' > "$work/up"
is 'interfaces that are up where the vault runs' "$(cat "$work/up")" 0

for who in online payee; do
    printf '%s\n' "$passphrase" | "$bin/jiaozi" --no-input --profile "$work/$who" --passphrase-stdin init --passphrase-only --later >/dev/null
    printf '%s\n' "$passphrase" | "$bin/jiaozi" --no-input --profile "$work/$who" --passphrase-stdin unlock >/dev/null
done

# A network in whose Core Space the cold account has yuan and coin; both people use it.
use_core() {
    local nodes="$root/tests/nodes" facts token
    mkfifo "$work/node-in" "$work/node-out"
    node "$nodes/conflux.mjs" < "$work/node-in" > "$work/node-out" &
    node=$!
    exec 9> "$work/node-in" 8< "$work/node-out"
    read -r facts <&8
    local url key
    url=$(field coreUrl <<< "$facts") key=$(field fundedKeys.0.key <<< "$facts")
    # The address of Core Space of the watched account, by the network's number.
    local address; address=$(node -e 'const { address } = require(process.argv[1] + "/node_modules/js-conflux-sdk");
        console.log(address.encodeCfxAddress("0x18416599fddf76126effa8db4880c3a24fe2152b", Number(process.argv[2])))' "$nodes" "$(field coreChainId <<< "$facts")")
    node "$nodes/deploy-core.mjs" --url "$url" --key "$key" --mint "$address=10000" --fund "$address=5000000000000000000" > "$work/core.json"
    token=$(field token < "$work/core.json")
    for who in online payee; do
        printf '%s\n' "$passphrase" | "$bin/jiaozi" --no-input --profile "$work/$who" --passphrase-stdin network add \
            --id "conflux:net$(field chainId < "$work/core.json")" --name Core --endpoint "$url" --coin CFX --token "$token:yuan" --finality 5 --use >/dev/null
    done
}

cold watch --out "$work/keys.txt"
first=0x9858EfFD232B4033E47d90003D41EC34EcaEda94
if [ "$core" = --core ]; then
    use_core
    first=$(node -p '"net1234:"' | tr -d '\n')
fi
online accounts watch "$work/keys.txt" --label Savings --json > "$work/account.json"
address=$(field address < "$work/account.json")
is 'watched account begins with' "${address:0:${#first}}" "$first"
is 'its wallet' "$(field wallet < "$work/account.json")" 73c5da0a
number=$(field index < "$work/account.json")
refused 'the same account again' cold_known online accounts watch "$work/keys.txt" --json
if [ "$core" = --core ]; then online balance --account "$number" >/dev/null; else online topup 100 --account "$number" >/dev/null; fi
to=$(payee accounts list --json | field 0.address)

online pay "$to" --amount 12.50 --account "$number" --yes --cold "$work/ask.png" --json > "$work/paying.json"
id=$(field payment.id < "$work/paying.json")
is 'state after approval' "$(field payment.state < "$work/paying.json")" awaits_signature
is 'state after a restart' "$(online payment "$id" --json | field state)" awaits_signature
is 'the request written again' "$(online cold request "$id" --json | field request)" "$(field request < "$work/paying.json")"
echo "cold: pictures of the request that are left: $(lose "$work/ask")"
cold sign "$work"/ask-*.png --yes --out "$work/answer.png" 2> "$work/sheet"
if [ "$core" = --core ]; then figure='1,250 units'; else figure=12.50; fi
grep -q "$figure" "$work/sheet" || { cat "$work/sheet" >&2; exit 1; }
echo "cold: the vault showed:"; sed 's/^/    /; s/\x1b\[[0-9;]*m//g' "$work/sheet"
echo "cold: pictures of the signature that are left: $(lose "$work/answer")"

# What is not the signature of this request is refused, and nothing is sent.
refused 'the request in place of the signature' cold_other_type online cold answer "$(field request < "$work/paying.json")" --json
refused 'one picture of several' cold_incomplete online cold answer "$(ls "$work"/answer-*.png | head -1)" --json
refused 'a request for another wallet' 'is for the wallet' sh -c "printf '%s\n' 'legal winner thank year wave sausage worth useful legal winner thank yellow' | '$bin/jiaozi-vault' sign '$work'/ask-*.png --secret-stdin --yes"
is 'state after what was refused' "$(online payment "$id" --json | field state)" awaits_signature

online cold answer "$work"/answer-*.png --json > "$work/paid.json"
is 'state of the payment' "$(field state < "$work/paid.json")" settled
refused 'the signature a second time' cold_not_asked online cold answer "$work"/answer-*.png --json
payee balance --json > "$work/got.json"
is 'the payee has' "$(field balances.0.total.text < "$work/got.json")" '¥12.50'
is 'the cold account has' "$(online balance --account "$number" --json | field balances.0.total.text)" '¥87.50'

# Given up: a signature that comes afterwards is refused.
online pay "$to" --amount 1 --account "$number" --yes --cold "$work/second.txt" --json > "$work/second.json"
second=$(field payment.id < "$work/second.json")
cold sign "$work/second.txt" --yes --out "$work/late.txt" 2>/dev/null
is 'a payment that is given up' "$(online cold give-up "$second" --json | field state)" failed
refused 'a signature after that' cold_not_asked online cold answer "$work/late.txt" --json
is 'the cold account still has' "$(online balance --account "$number" --json | field balances.0.total.text)" '¥87.50'
refused 'cancelling by the vault here' too_late_to_replace online cancel "$id" --yes --json
for who in online payee; do "$bin/jiaozi" --no-input --profile "$work/$who" lock >/dev/null; done
echo 'cold: all as it should be'
