#!/usr/bin/env bash
# Builds and runs the Swift tests under AddressSanitizer (with leak detection) and ThreadSanitizer.
#
# usage: Tests/sanitize.sh [address|thread|both] [ARGUMENTS OF swift test ...]
#
# Each sanitizer has a scratch path of its own (.build-asan, .build-tsan), so that the ordinary build stays warm.
# The first finding ends the run with a failure; the report names the place.
# DETECT_LEAKS=0 leaves leaks out: Swift keeps bits of its own in some references, and what is only reached through one
# of those from a global can look leaked.
set -euo pipefail
cd "$(dirname "$0")/.."

# Swift's own crash handler would print instead of the sanitizer.
export SWIFT_BACKTRACE=enable=no
export ASAN_OPTIONS="halt_on_error=1:detect_leaks=${DETECT_LEAKS:-1}:detect_stack_use_after_return=1:strict_string_checks=1:exitcode=86"
export LSAN_OPTIONS="suppressions=$PWD/Tests/leaks.supp:print_suppressions=0"
export TSAN_OPTIONS="halt_on_error=1:second_deadlock_stack=1:history_size=4:exitcode=86"

# Swift Testing only: the leak checker would count what the XCTest runner leaves behind at its exit.
run() {
    local sanitizer=$1 scratch=$2
    shift 2
    echo "== $sanitizer sanitizer, in $scratch"
    swift build --build-tests --sanitize "$sanitizer" --scratch-path "$scratch"
    swift test --skip-build --disable-xctest --sanitize "$sanitizer" --scratch-path "$scratch" "$@"
}

which=both
case "${1:-}" in
    address | thread | both)
        which=$1
        shift
        ;;
    -h | --help)
        sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
        exit 0
        ;;
esac

if [ "$which" != thread ]; then run address .build-asan "$@"; fi
if [ "$which" != address ]; then run thread .build-tsan "$@"; fi
echo "sanitizers found nothing ($which)"
