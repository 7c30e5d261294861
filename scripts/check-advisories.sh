#!/usr/bin/env bash
# Asks the advisory databases about every dependency.
#
# Policy: crates (RustSec) and the npm packages that ship: no advisory of any severity, but for those that
# deny.toml lists with a reason. npm packages that only build or test: none of high or critical severity.
#
# Exit codes: 0 nothing found, 1 something found, 75 at least one database could not be reached, so
# that nothing is known. A clone of the RustSec database in $CARGO_HOME/advisory-dbs is used as it is
# when it cannot be refreshed, and its date is printed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
export PATH=$PWD/target/tools/bin:$PATH

UNREACHED=75
found=0 unreached=0

note() { printf 'advisories: %s\n' "$*"; }

database=$(echo "${CARGO_HOME:-$HOME/.cargo}"/advisory-dbs/advisory-db-*)
timeout 120 cargo deny fetch db >/dev/null 2>&1 || note "the RustSec database could not be fetched"
if [ -d "$database" ]; then
    note "RustSec database of $(git -C "$database" log -1 --format=%cs)"
    cargo deny --offline check advisories || found=1
else
    unreached=1
fi

# npm FOLDER LEVEL [ARGUMENT...]: fails above LEVEL.
npm_audit() {
    local folder=$1 level=$2 answer
    shift 2
    answer=$(npm --prefix "$folder" audit --json --audit-level="$level" "$@" 2>/dev/null)
    local code=$?
    if ! grep -q '"auditReportVersion"' <<<"$answer"; then
        note "$folder: the npm advisory service could not be reached"
        unreached=1
    elif [ $code -ne 0 ]; then
        npm --prefix "$folder" audit --audit-level="$level" "$@"
        found=1
    else
        note "$folder: nothing at $level or above"
    fi
}

npm_audit ui low --omit=dev
while IFS= read -r lock; do
    npm_audit "$(dirname "$lock")" high
done < <(git ls-files '*package-lock.json')

[ $found -eq 0 ] || exit 1
[ $unreached -eq 0 ] || exit $UNREACHED
