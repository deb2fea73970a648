#!/usr/bin/env bash
# Builds Gatehouse and runs it from the repository's root: `deploy/run.sh [--yes] [ARGUMENTS]`, `run` by default.
set -euo pipefail
cd "$(dirname "$0")/.."
source deploy/packages.sh

if [[ ${1:-} == --yes ]]; then
    ASSUME_YES=1
    shift
fi
[[ $# -gt 0 ]] || set -- run

require_packages "${BUILD_PACKAGES[@]}"
require_swift
build_release
gatehouse=.build/release/gatehouse

# The shipped policy trusts this key; it belongs to this clone alone.
if [[ $1 == run && ! -e data/demo.key ]]; then
    say "Making data/demo.key and data/demo.jwks, the demo issuer's keys."
    mkdir -p data
    "$gatehouse" keys generate --algorithm ES256 --out data/demo >&2
fi

exec "$gatehouse" "$@"
