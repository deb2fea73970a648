#!/usr/bin/env bash
# Fuzzes a parser with libFuzzer: coverage feedback from the Swift code, AddressSanitizer on.
#
# usage: Tests/fuzz.sh TARGET [SECONDS]        run (600 seconds); new inputs stay in .build-fuzz/corpus
#        Tests/fuzz.sh --planted TARGET [SECONDS]   with a planted defect, from the seeds: succeeds when it is found
#        Tests/fuzz.sh --keep TARGET           take the inputs that reach new code into Tests/Fuzz/Corpus
#        Tests/fuzz.sh --coverage TARGET       lines of the parser's files that the kept corpus reaches
#
# TARGET: head chunked target token jwks yaml form statement browser address session return original reply, or `all`, one
#         after the other.
# FUZZ_OPTIONS is handed to libFuzzer as it is, for example FUZZ_OPTIONS="-runs=5000000".
# An input that fails is written into .build-fuzz/found; run the same binary with its name to see it again.
set -euo pipefail
cd "$(dirname "$0")/.."

# Swift's own crash handler would end the process before the fuzzer has written the input.
export SWIFT_BACKTRACE=enable=no GATEHOUSE_FUZZ=1
# Swift keeps bits of its own in some references, where the leak checker does not recognise them; memory is bounded instead.
export ASAN_OPTIONS="detect_leaks=0:detect_stack_use_after_return=0"
build=.build-fuzz
targets="head chunked target token jwks yaml form statement browser address session return original reply"

usage() {
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
    exit "$1"
}

# product TARGET: the executable; sources TARGET: what its coverage is counted on.
product() {
    case "$1" in
        head) echo FuzzHead ;;
        chunked) echo FuzzChunked ;;
        target) echo FuzzTarget ;;
        token) echo FuzzToken ;;
        jwks) echo FuzzKeySet ;;
        yaml) echo FuzzYAML ;;
        form) echo FuzzForm ;;
        statement) echo FuzzStatement ;;
        browser) echo FuzzBrowser ;;
        address) echo FuzzAddress ;;
        session) echo FuzzSession ;;
        return) echo FuzzReturn ;;
        original) echo FuzzOriginal ;;
        reply) echo FuzzReply ;;
        *) usage 2 >&2 ;;
    esac
}

sources() {
    case "$1" in
        head) ls Sources/HTTP/RequestHead*.swift Sources/HTTP/ResponseHead*.swift Sources/HTTP/FieldSection*.swift ;;
        chunked) ls Sources/HTTP/ChunkedDecoder*.swift Sources/HTTP/TrailerGrammar.swift ;;
        target) ls Sources/HTTP/Path*.swift Sources/HTTP/HostName.swift Sources/HTTP/IPv6Literal.swift ;;
        token) ls Sources/JOSE/{CompactJWS,JOSEHeader,JSONValue+Parsing}.swift Sources/OAuth/*Token*.swift ;;
        jwks) ls Sources/JOSE/{JSONWebKey*,JSONValue+Parsing}.swift ;;
        yaml) ls Sources/Configuration/YAML/*.swift ;;
        form) ls Sources/Endpoints/{FormEncoding,Parameters}.swift ;;
        statement) ls Sources/OAuth/{SignedStatement,ProofOfPossession,ClientAssertion,RequestAddress}.swift ;;
        browser) ls Sources/HTTP/Cookie.swift Sources/Endpoints/BrowserBox.swift Sources/AuthorizationServer/Browser/{BrowserCookie,Flow}.swift ;;
        address) ls Sources/AuthorizationServer/Settings/{RedirectURI,IssuerAddress}.swift Sources/OAuth/RequestAddress.swift \
            Sources/AuthorizationServer/Clients/Client+RedirectURI.swift ;;
        session) ls Sources/Login/Sessions/{SessionParts,SessionRecord,SessionHandle,SessionReader,SessionSeal,CutOffs,RecordFields}.swift \
            Sources/Login/Flows/FlowBook.swift ;;
        return) ls Sources/Login/Flows/ReturnTarget.swift Sources/Login/Settings/BaseURL.swift Sources/HTTP/{URI,Authority}.swift ;;
        original) ls Sources/Gateway/ForwardAuth/Original*.swift ;;
        reply) ls Sources/SharedState/{ReplyReader,ReplyBuilder,RedisReply,RedisAnswer,SlotTable,Redirection}.swift ;;
    esac
}

dictionary() {
    local file="Tests/Fuzz/Dictionaries/$1.dict"
    if [ -f "$file" ]; then echo "-dict=$file"; fi
}

# SwiftPM's own flag links the fuzzer; the compiler takes both sanitizers only in one flag, the last.
# @testable is for parsers that no other module may see.
compile() {
    local scratch=$1 name=$2
    shift 2
    swift build -c release --product "$name" --scratch-path "$scratch" --sanitize fuzzer \
        -Xswiftc -sanitize=fuzzer,address -Xswiftc -enable-testing "$@"
}

fuzz() {
    local target=$1 seconds=$2 name corpus
    name=$(product "$target")
    corpus="$build/corpus/$target"
    compile "$build" "$name"
    mkdir -p "$corpus" "$build/found" "Tests/Fuzz/Corpus/$target"
    # shellcheck disable=SC2046,SC2086
    "$build/release/$name" "$corpus" "Tests/Fuzz/Corpus/$target" "Tests/Fuzz/Seeds/$target" $(dictionary "$target") \
        -detect_leaks=0 -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$build/found/$target-" ${FUZZ_OPTIONS:-}
}

planted() {
    local target=$1 seconds=$2 name scratch=$build-planted log
    name=$(product "$target")
    compile "$scratch" "$name" -Xswiftc -DPLANTED_BUG
    log="$scratch/$target.log"
    # shellcheck disable=SC2046,SC2086
    # A corpus of its own, begun with the few seeds: the kept one would hold what leads to the defect.
    rm -rf "$scratch/corpus/$target"
    mkdir -p "$scratch/corpus/$target"
    if "$scratch/release/$name" "$scratch/corpus/$target" "Tests/Fuzz/Seeds/$target" $(dictionary "$target") -detect_leaks=0 -max_total_time="$seconds" -max_len=1024 \
        -artifact_prefix="$scratch/$target-" ${FUZZ_OPTIONS:-} >"$log" 2>&1; then
        echo "$target: the planted defect was NOT found in $seconds s"
        return 1
    fi
    if ! grep -q "the planted defect was found" "$log"; then
        tail -40 "$log"
        echo "$target: something else was found"
        return 1
    fi
    echo "$target: the planted defect was found after $(grep -oE '^#[0-9]+' "$log" | tail -1 | tr -d '#') runs"
}

keep() {
    local target=$1 name
    name=$(product "$target")
    compile "$build" "$name"
    mkdir -p "$build/corpus/$target" "Tests/Fuzz/Corpus/$target"
    "$build/release/$name" -set_cover_merge=1 -detect_leaks=0 \
        "Tests/Fuzz/Corpus/$target" "Tests/Fuzz/Seeds/$target" "$build/corpus/$target"
}

coverage() {
    local target=$1 name scratch=$build-coverage tools
    name=$(product "$target")
    swift build -c release --product "$name" --scratch-path "$scratch" --sanitize fuzzer \
        -Xswiftc -enable-testing -Xswiftc -profile-generate -Xswiftc -profile-coverage-mapping
    LLVM_PROFILE_FILE="$scratch/$target.profraw" "$scratch/release/$name" -runs=0 "Tests/Fuzz/Corpus/$target"
    # Of the same toolchain: others do not know the format.
    tools=$(dirname "$(readlink -f "$(command -v swift)")")
    "$tools/llvm-profdata" merge -o "$scratch/$target.profdata" "$scratch/$target.profraw"
    # shellcheck disable=SC2046
    "$tools/llvm-cov" report "$scratch/release/$name" -instr-profile="$scratch/$target.profdata" $(sources "$target")
}

action=fuzz
case "${1:-}" in
    --planted | --keep | --coverage)
        action=${1#--}
        shift
        ;;
    -h | --help) usage 0 ;;
esac
[ $# -ge 1 ] || usage 2 >&2
chosen=$1
[ "$chosen" != all ] || chosen=$targets
for target in $chosen; do
    product "$target" >/dev/null
    "$action" "$target" "${2:-600}"
done
