# What the scripts of this folder share: sourced by them, from the top of the checkout.

# need_program COMMAND PACKAGE: the command is there afterwards, installed by Debian's package if it was not and may be.
need_program() {
  command -v "$1" >/dev/null || need_package "$2" "$1"
}

# need_package PACKAGE [WHAT]: installs Debian's package, since WHAT is missing.
need_package() {
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Error: ${2:-$1} is missing (expected: apt-get install $1, as root, on Debian)" >&2
    exit 1
  fi
  echo "installing $1 ..." >&2
  local said
  said=$(mktemp)
  if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$1"; } \
      >"$said" 2>&1; then
    tail -5 "$said" >&2
    rm -f "$said"
    echo "Error: $1 could not be installed (the lines above say why)" >&2
    exit 1
  fi
  rm -f "$said"
}

# need_jdk: a JDK of version 17 or later is there afterwards.
need_jdk() {
  need_program javac default-jdk-headless
  local version
  version=$(javac -version 2>&1 | sed -E 's/^javac ([0-9]+).*/\1/')
  if ! [ "$version" -ge 17 ] 2>/dev/null; then
    echo "Error: $(javac -version 2>&1) is too old (expected 17 or later: apt-get install default-jdk-headless, or set PATH)" >&2
    exit 1
  fi
}

# need_faults: what tests need that put faults into hosts of their own.
need_faults() {
  if [ "$(id -u)" != 0 ]; then
    echo "Error: not root (expected root: some tests make network namespaces and mounts of their own, which are gone when they end)" >&2
    exit 1
  fi
  need_program ip iproute2
  need_program tc iproute2
  need_program mkfs.ext4 e2fsprogs
  need_program faketime faketime
}

# need_machines: what tests need that install the package on machines of their own, each with a systemd.
need_machines() {
  local package
  # What it depends on, since no machine of a test reaches a mirror; installed, not only on the path.
  for package in adduser default-jre-headless systemd; do
    dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok' || need_package "$package"
  done
}

# need_python_grpc: Debian's own Python can be a gRPC client, and protoc makes its messages.
need_python_grpc() {
  need_program /usr/bin/python3 python3
  need_program protoc protobuf-compiler
  /usr/bin/python3 -c 'import grpc, google.protobuf' 2>/dev/null && return
  need_package python3-grpcio
  if ! /usr/bin/python3 -c 'import grpc, google.protobuf'; then
    echo "Error: /usr/bin/python3 finds no grpc (expected: apt-get install python3-grpcio)" >&2
    exit 1
  fi
}

# need_kea: the DHCPv6 server that tests run beside Bindery, with the hooks that come with it.
need_kea() {
  need_program kea-dhcp6 kea-dhcp6-server
}
