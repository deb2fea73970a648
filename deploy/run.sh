#!/usr/bin/env bash
# Builds Gatehouse and runs it from the repository's root: `deploy/run.sh [--yes] [ARGUMENTS]`, `run` by default.
# Arguments that begin with an option are those of `run`, but for --help and --version.
set -euo pipefail
cd "$(dirname "$0")/.."
source deploy/packages.sh

if [[ ${1:-} == --yes ]]; then
    ASSUME_YES=1
    shift
fi
case ${1:-} in
    -h | --help | --version) ;;
    "" | -*) set -- run "$@" ;;
esac

# The shipped policy trusts this key; it belongs to this clone alone.
key=data/demo.key key_set=data/demo.jwks
if [[ $1 == run && -e $key && ! -e $key_set ]]; then
    say "$key has lost its public half, $key_set. To make a new pair: rm $key, then run this again."
    exit 1
elif [[ $1 == run && ! -e $key && -e $key_set ]]; then
    say "$key_set has lost its private half, $key. To make a new pair: rm $key_set, then run this again."
    exit 1
fi

require_packages "${BUILD_PACKAGES[@]}"
require_swift
build_release
gatehouse=.build/release/gatehouse

if [[ $1 == run && ! -e $key ]]; then
    say "Making $key and $key_set, the demo issuer's keys."
    mkdir -p data
    "$gatehouse" keys generate --algorithm ES256 --out data/demo >&2
fi

# The shipped policy knows nobody. Who starts it first gets a user, with a password that stands nowhere else.
store=data/gatehouse.db
if [[ $1 == run && ! -e $store ]] && grep --quiet "^  store: sqlite:$store" gateway.yaml 2>/dev/null; then
    password=$(head --bytes 15 /dev/urandom | base64)
    mkdir -p data
    "$gatehouse" users add demo --config gateway.yaml --name "Demo User" --email demo@example.com <<<"$password" >&2
    say "Made the user demo with the password $password"
    say "It is shown this once. \`$gatehouse users password demo\` sets another."
fi

# A store in memory is beyond the reach of commands, and a user in it would be gone at the end.
if [[ $1 == run ]] && grep --quiet "^  store: memory\b" gateway.yaml 2>/dev/null; then
    say "The policy says \`store: memory\`, so that no user was made. Who signs in stands in the policy, under"
    say "\`authorization_server.users\`, with the hash that \`$gatehouse users hash\` prints for a password."
fi

exec "$gatehouse" "$@"
