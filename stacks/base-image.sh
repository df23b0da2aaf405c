#!/usr/bin/env bash
# Makes a LOCAL STAND-IN for the image debian:bookworm-slim, for machines that cannot reach a registry: the same Debian
# packages from this machine's own package mirror, unpacked by mmdebstrap. Where a registry can be reached this is not
# needed, and nothing is done when the image is there already.
set -euo pipefail

IMAGE=debian:bookworm-slim
CACHE="${DANCEOFF_BASE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/danceoff}"
TARBALL="$CACHE/bookworm-minbase.tar"

if docker image inspect "$IMAGE" >/dev/null 2>&1; then
  echo "base image: $IMAGE is there"
  exit 0
fi
if [ ! -s "$TARBALL" ]; then
  command -v mmdebstrap >/dev/null || { echo "base image: mmdebstrap is missing: apt-get install mmdebstrap" >&2; exit 1; }
  mirror=$(cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk '$1 == "URIs:" {print $2; exit}')
  mirror=${mirror:-$(awk '$1 == "deb" {print $2; exit}' /etc/apt/sources.list 2>/dev/null)}
  mkdir -p "$CACHE"
  # What slim leaves out: documentation, manuals, other languages.
  mmdebstrap --quiet --variant=minbase --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' bookworm "$TARBALL.new.tar" "${mirror:-http://deb.debian.org/debian}"
  mv "$TARBALL.new.tar" "$TARBALL"
fi
docker import -c 'CMD ["bash"]' -c 'LABEL danceoff.base=stand-in' "$TARBALL" "$IMAGE" >/dev/null
echo "base image: no registry was asked; $IMAGE is a LOCAL STAND-IN made of this machine's Debian mirror"
