# Shared by run.sh and test.sh: Debian packages and the Swift toolchain. Source it from the repository's root.

# What a build links, and what the toolchain needs beside itself on Debian.
BUILD_PACKAGES=(libevent-dev libssl-dev libjansson-dev libyaml-dev libsqlite3-dev libhiredis-dev libcrypt-dev pkg-config g++ git ca-certificates)

say() {
    printf '%s\n' "$*" >&2
}

# Succeeds where nobody has to be asked: as root, with --yes, and in continuous integration.
may_install_unasked() {
    [[ ${ASSUME_YES:-} || ${CI:-} || $EUID -eq 0 ]]
}

as_root() {
    if [[ $EUID -eq 0 ]]; then "$@"; else sudo "$@"; fi
}

is_installed() {
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# Installs those of the named packages that are missing; says which, and asks first.
require_packages() {
    local missing=() package answer
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    [[ ${#missing[@]} -gt 0 ]] || return 0

    say "Installing Debian packages: ${missing[*]}"
    if ! may_install_unasked; then
        read -r -p "Go on? [y/N] " answer </dev/tty
        [[ $answer == [yY]* ]] || { say "Nothing was installed."; exit 1; }
    fi
    as_root apt-get update --quiet=2 >&2
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends "${missing[@]}" >&2
}

require_swift() {
    command -v swift >/dev/null && return
    say "Gatehouse is built with Swift 6.2 or newer, and there is no 'swift' on the PATH."
    say "Install the toolchain as https://www.swift.org/install/linux describes, then run this again."
    exit 1
}

build_release() {
    swift build -c release --static-swift-stdlib --product gatehouse >&2
}
