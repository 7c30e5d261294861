#!/usr/bin/env bash
# All that CI runs: each step under a headline, up to the first failure; then a table of what took how
# long (also in target/test-times.txt) and the line "N passed, N failed".
#   scripts/test.sh [STEP...]     without arguments: all of them, in this order
#
# One cargo profile (dev) serves every step, so that the dependencies are compiled once.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
export PATH=$PWD/target/tools/bin:$PATH
readonly SELF=$PWD/scripts/test.sh
export CARGO_TERM_PROGRESS_WHEN=never
[ -z "${CI:-}" ] || export CARGO_INCREMENTAL=0 # no second build of the same tree will come
unset JIAOZI_PROFILE JIAOZI_SANDBOX

readonly NOT_POSSIBLE=75 # a step's answer when what it asks is out of reach; counted as skipped
readonly STEP_MINUTES=25

npm_ci() { (cd "$1" && npm ci --no-fund --no-audit --loglevel=error); }

npm_run() { (cd "$1" && shift && npm run --silent "$@"); }

have_nextest() { cargo nextest --version >/dev/null 2>&1; }

# Steps -------------------------------------------------------------------------------------------

step_ui() { # first of all, because the desktop shell embeds what it builds
    [ ui/node_modules/.package-lock.json -nt ui/package-lock.json ] || npm_ci ui || return
    npm_run ui check && npm_run ui test && make --silent ui/dist/index.html
}

step_format() {
    cargo fmt --all --check -- -l || { echo 'these files are not formatted: run cargo fmt --all' >&2; return 1; }
    # The page's own files are formatted by its own check; prettier is borrowed from there.
    git ls-files -z '*.mjs' '*.cjs' '*.js' ':!ui' | xargs -0 --no-run-if-empty ui/node_modules/.bin/prettier --check
}

step_scripts() {
    git ls-files -z '*.sh' .ci/run | xargs -0 shellcheck --severity=warning || return
    if git grep -nE '"resolved":' -- '*package-lock.json'; then
        echo 'lock files must not record download addresses: see .npmrc' >&2
        return 1
    fi
}

step_contracts() { npm_ci contracts && npm_run contracts check; }

step_icons() { npm_ci icons && npm_run icons check; }

step_clippy() { cargo clippy --workspace --all-targets --locked -- -D warnings; }

step_graph() { scripts/check-graph.py graph; }

step_network() { scripts/check-graph.py network; }

step_deny() { cargo deny --log-level=error check --hide-inclusion-graph licenses bans sources; }

step_advisories() { scripts/check-advisories.sh; }

# Tests that need a Secret Service, or real nodes in a network of their own, have steps of their own.
step_rust() {
    if have_nextest; then
        cargo nextest run --workspace --locked --no-fail-fast -E 'not (binary(keyring) or package(jiaozi-scenarios))' || return
    else
        tests/with-keyring.sh cargo test --workspace --locked --no-fail-fast --exclude jiaozi-scenarios --lib --bins --tests || return
    fi
    cargo test --workspace --locked --doc --quiet
}

# Everything at once, here and in the scripts of the later steps: another choice of packages would mean
# other features, and dependencies compiled again.
step_build() { cargo build --workspace --all-targets --locked; }

step_keyring() {
    if have_nextest; then
        tests/with-keyring.sh cargo nextest run --workspace --locked -E 'binary(keyring)' || return
    else
        tests/with-keyring.sh cargo test --workspace --locked --test keyring || return
    fi
    # What is left in memory of a wallet that PIN and keyring seal.
    tests/with-keyring.sh python3 vault/tests/memory.py "${CARGO_TARGET_DIR:-target}/debug/jiaozi-vault"
}

step_node-clients() { npm_ci ledger-node/tests/clients && npm_run ledger-node/tests/clients test; }

step_oracles() { tests/oracles/run.sh && tests/oracles/camt.sh; }

step_nodes() { npm_ci tests/nodes && npm_run tests/nodes test; }

step_scenarios() { tests/scenarios/run.sh --test pay --test replace --test commands --test trouble; }

step_faults() { tests/scenarios/run.sh --test faults; }

step_kills() { tests/scenarios/kill.sh 300 1; }

step_fuzz() { fuzz/smoke.sh; }

step_vault-windows() { vault/tests/real_window.sh; }

step_drill() { tests/drill/run.sh; }

step_till-api() { tests/till-api/run.sh; }

# On the sandbox, with another wallet on either side, and on the Core Space of a Conflux node.
step_cold() { npm_ci tests/cold && tests/cold/run.sh && tests/cold/others.sh && tests/cold/core.sh; }

step_shop-day() { tests/shop-day/run.sh 10 1; }

step_desktop() { tests/desktop/run.sh; }

step_package() {
    packaging/build.sh --profile dev && packaging/test-deb.sh && packaging/test-rpm.sh && packaging/test-stick.sh
}

# Running them ------------------------------------------------------------------------------------

declare -A TITLES=(
    [ui]='the user interface: types, lints, tests, build'
    [format]='formatting'
    [scripts]='shell scripts and lock files'
    [contracts]='the contract compiles to the committed artifact'
    [icons]='the icons are what their sources draw'
    [clippy]='lints'
    [graph]='the crate graph is the one in ARCHITECTURE.md'
    [network]='no network code under the vault'
    [deny]='licences, bans and sources of dependencies'
    [advisories]='advisories about dependencies'
    [rust]='Rust tests'
    [build]='the four programs'
    [keyring]='with a real Secret Service'
    [node-clients]='ethers, viem and cast against the sandbox ledger'
    [oracles]='words and signatures against other implementations'
    [nodes]='Anvil and a Conflux node start and work'
    [scenarios]='payments on the sandbox, Anvil and both spaces of Conflux'
    [faults]='payments through every fault of node and network'
    [kills]='payments under SIGKILL'
    [fuzz]='everything that eats foreign bytes, fed with noise'
    [vault-windows]='the windows of the vault, and its memory once it is locked'
    [drill]='the backup drill: a wallet is wiped and restored from each kind of backup'
    [till-api]="the till for the shop's own software: callers, webhooks, description, checkout page"
    [cold]='cold signing: a vault without a network, frames lost, other wallets'
    [shop-day]="a shop's day on two ledgers, with every bad day and kills in it"
    [desktop]='the desktop wallet, end to end'
    [package]='the packages build, install, start and go'
)
ALL=(
    ui format scripts contracts icons graph network deny advisories clippy rust build keyring
    node-clients oracles nodes scenarios faults kills fuzz vault-windows till-api cold shop-day drill desktop package
)

steps=("$@")
[ ${#steps[@]} -gt 0 ] || steps=("${ALL[@]}")
for step in "${steps[@]}"; do
    [ -n "${TITLES[$step]:-}" ] || { echo "unknown step $step; there are: ${ALL[*]}" >&2; exit 2; }
done

passed=0 failed=0 skipped=0 number=0 began=$SECONDS table=()
readonly LOG=$PWD/target/test-step.log # what the step in hand says

# A step runs in a shell of its own, so that it can be timed out whole.
if [ "${JIAOZI_TEST_STEP:-}" ]; then
    "step_$JIAOZI_TEST_STEP"
    exit
fi

for step in "${steps[@]}"; do
    number=$((number + 1))
    printf '\n\033[1m==> [%d/%d] %s: %s\033[0m\n' $number ${#steps[@]} "$step" "${TITLES[$step]}"
    start=$SECONDS
    mkdir -p target
    # Not a pipe: that would wait for whatever a step leaves running.
    JIAOZI_TEST_STEP=$step timeout --kill-after=30 $((STEP_MINUTES * 60)) "$SELF" "$step" </dev/null > >(tee "$LOG") 2>&1
    code=$?
    case $code in
        0) passed=$((passed + 1)) outcome=passed ;;
        "$NOT_POSSIBLE") skipped=$((skipped + 1)) outcome='not possible here' ;;
        124 | 137) failed=$((failed + 1)) outcome="gave up after $STEP_MINUTES min" ;;
        *) failed=$((failed + 1)) outcome="failed ($code)" ;;
    esac
    table+=("$(printf '%-14s %5d s  %s' "$step" $((SECONDS - start)) "$outcome")")
    [ $failed -eq 0 ] || break
done

# Again at the end, where it is found even when only the end is kept.
if [ $failed -gt 0 ]; then
    sleep 1
    printf '\n==> the last lines of %s\n' "$step"
    tail -n 30 "$LOG"
fi

{
    printf '%s\n' "${table[@]}"
    printf '%-14s %5d s\n' total $((SECONDS - began))
} >target/test-times.txt
echo
[ $failed -eq 0 ] && cat target/test-times.txt || tail -n 3 target/test-times.txt
echo
[ $failed -eq 0 ] || echo "The failed step alone: make test STEPS=$step"
if [ $skipped -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ $failed -eq 0 ]
