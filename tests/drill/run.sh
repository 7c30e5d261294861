#!/usr/bin/env bash
# The backup drill, with the real programs on the sandbox ledger: a wallet is
# made, pays and is paid, and keeps a till; its profile is wiped; it is restored
# elsewhere. Arguments: the kinds of backup to restore from, of "words",
# "shares" (two of three, and the metadata file), "file" (words and the metadata file),
# "paths" (words of other wallets), "till" (the words of a shop) and "cuts" (both killed on the
# way, which needs strace); all when left out.
set -euo pipefail
cd "$(dirname "$0")/../.."
# As in scripts/test.sh: another choice of packages would compile dependencies again.
cargo build --locked --quiet --workspace --all-targets
exec python3 tests/drill/drill.py target/debug "${@:-}"
