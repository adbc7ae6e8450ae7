# What quickstart and verify share: sourced by both, from the top of the checkout.

# need_program COMMAND PACKAGE: the command is there afterwards, installed by Debian's package if it was not and may be.
need_program() {
  command -v "$1" >/dev/null && return
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Error: $1 is missing (expected: apt-get install $2, as root, on Debian)" >&2
    exit 1
  fi
  echo "installing $2 ..." >&2
  if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$2"; } \
      >/tmp/bindery-apt.log 2>&1; then
    tail -5 /tmp/bindery-apt.log >&2
    echo "Error: $2 could not be installed (the lines above say why)" >&2
    exit 1
  fi
}

# maven ARGUMENTS: Maven on a Java of version 17 or later.
maven() {
  mvn "$@"
}
