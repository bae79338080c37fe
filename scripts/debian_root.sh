#!/usr/bin/env bash
# Tests this tree on fresh Debian systems, as a stranger would meet them: debootstrap makes each in build/roots, and
# scripts/test.sh release and scripts/run.sh run inside, on a copy of the tree without its builds.
#
#   scripts/debian_root.sh                    bookworm (12) and trixie (13)
#   scripts/debian_root.sh trixie             only this
#   scripts/debian_root.sh trixie COMMAND...  another command there, in the copy of the tree
#
# Needs root, a mirror (DEBIAN_MIRROR, by default the one of this machine), 3 GB of disk for each, and an hour on two
# processors; installs debootstrap. Not a part of scripts/test.sh. A system that is there is used again: delete
# build/roots to begin anew.
set -euo pipefail
cd "$(dirname "$0")/.."

if ((EUID != 0)); then
  echo "$0: needs root, for debootstrap and chroot" >&2
  exit 1
fi
if ! command -v debootstrap >/dev/null; then
  echo "installing: debootstrap"
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends debootstrap >/dev/null
fi
releases=(bookworm trixie)
if (($#)); then
  releases=("$1")
  shift
fi
mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' | head -n 1)}
mirror=${mirror:-http://deb.debian.org/debian}

# The run of a stranger. The example listens on every address, so all this has a network of its own, with loopback alone.
# shellcheck disable=SC2016 # expanded inside
commands='scripts/test.sh release
mkfifo /tmp/log
scripts/run.sh 2>/tmp/log & run=$!
exec 3</tmp/log
grep -m 1 listening <&3
echo hello | nc -N 127.0.0.1 7000 | grep -x hello
kill -TERM $run
cat <&3
wait $run'

inside() { # ROOT NETWORK COMMAND; NETWORK is host or none. The mounts and the processes end with it.
  local more=()
  if [[ $2 == none ]]; then more=(--net); fi
  unshare --mount --pid --fork --kill-child "${more[@]}" bash -euc '
    mount --bind "$1" "$1"
    mount -t proc proc "$1/proc"
    mount --rbind /dev "$1/dev"
    mount -t sysfs sysfs "$1/sys" || true
    mount -t tmpfs tmpfs "$1/tmp"
    if [[ $2 == none ]]; then ip link set lo up; fi
    cd "$1"
    pivot_root . mnt
    umount --lazy /mnt
    exec /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb bash -euc "cd /src; $3"
  ' bash "$@"
}

for release in "${releases[@]}"; do
  root=$PWD/build/roots/$release
  if [[ ! -f $root/complete ]]; then
    rm -rf "$root"
    mkdir -p "$root"
    debootstrap --variant=minbase --include=ca-certificates "$release" "$root" "$mirror" >"$root.log" 2>&1 || {
      tail -n 20 "$root.log" >&2
      exit 1
    }
    cp /etc/apt/apt.conf.d/*proxy* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
    touch "$root/complete"
  fi
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  if [[ ! -e $root/etc/hosts ]]; then echo "127.0.0.1 localhost" >"$root/etc/hosts"; fi  # as the installer does
  mkdir -p "$root/src"
  find "$root/src" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
  git ls-files -z --cached --others --exclude-standard | tar -c --null -T - | tar -x -C "$root/src"
  echo "== $release"
  if (($#)); then
    inside "$root" host "$*"
  else
    inside "$root" host 'scripts/setup.sh build release'
    inside "$root" none "$commands"
  fi
done
