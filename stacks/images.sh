#!/usr/bin/env bash
# Builds the images of the stack: all of them, or those named. What the builds cannot fetch by themselves - Python packages
# pinned by requirements.lock, and Toxiproxy - is put into stacks/vendor/ before.
set -euo pipefail
cd "$(dirname "$0")/.."

PREFIX=danceoff
ALL="haproxy service postgres redis toxiproxy prometheus load ops game cluster"
SERVICE="cheroot dnslib flask joserfc prometheus-client psycopg[binary,pool] redis"
LOAD="cattrs cryptography locust==2.47.0"
OPS="cattrs click cryptography flask markdown-it-py psutil requests rich"
GAME="alembic cattrs cheroot click cryptography dnslib docker flask joserfc locust==2.47.0 markdown-it-py prometheus-client psutil psycopg[binary,pool] pyyaml redis requests rich sqlalchemy toxiproxy-python"
BIN=.venv/bin
VENDOR=stacks/vendor

# Packages for the base image's Python 3.11, whatever Python this machine has.
packages() {
  local name=$1; shift
  local mark="$VENDOR/.$name"
  if [ -f "$mark" ] && [ "$(cat "$mark")" = "$(sha256sum requirements.lock | cut -d' ' -f1) $*" ]; then return; fi
  rm -rf "${VENDOR:?}/$name"
  "$BIN/uv" pip install --quiet --target "$VENDOR/$name" --python-version 3.11 --python-platform "$(uname -m)-manylinux_2_28" \
    --only-binary :all: --constraint requirements.lock "$@"
  echo "$(sha256sum requirements.lock | cut -d' ' -f1) $*" > "$mark"
}

toxiproxy() {
  local program; program=$(PATH="$BIN:$PATH" command -v toxiproxy-server) ||
    { echo "images: no toxiproxy-server; make setup builds it where Go is installed" >&2; exit 1; }
  install -D -m 755 "$program" "$VENDOR/toxiproxy-server"
}

build() {
  local name=$1
  case $name in
    service) packages service $SERVICE ;;
    load)    packages load $LOAD ;;
    ops)     packages ops $OPS ;;
    game)    packages game $GAME ;;
    cluster) packages game $GAME; toxiproxy ;;
    toxiproxy) toxiproxy ;;
  esac
  # The classic builder sends the whole context: only what this image needs is sent.
  local context; context=$(mktemp -d)
  { grep -oE '^COPY [^ ].*' "stacks/auth/docker/$name.Dockerfile" || true; } |
    while read -r _ line; do
      for source in ${line% *}; do mkdir -p "$context/$(dirname "$source")"; cp -a "$source" "$context/$(dirname "$source")/"; done
    done
  find "$context" -name __pycache__ -type d -prune -exec rm -rf {} +
  DOCKER_BUILDKIT=0 docker build --quiet --force-rm ${DANCEOFF_BUILD_OPTIONS:-} --tag "$PREFIX/$name" \
    --label danceoff.image="$name" --file "stacks/auth/docker/$name.Dockerfile" "$context" >/dev/null
  rm -rf "$context"
  echo "images: $PREFIX/$name $(docker image inspect --format '{{.Size}}' "$PREFIX/$name" | awk '{printf "%.0f MB", $1 / 1e6}')"
}

docker version >/dev/null 2>&1 || { echo "images: no container engine answers; is it started, and may you use it?" >&2; exit 1; }
stacks/base-image.sh
for name in ${*:-$ALL}; do build "$name"; done

# The game server in compose is not root: the engine's socket has to be open to one of its groups.
socket=${DOCKER_HOST:-unix:///var/run/docker.sock}; socket=${socket#unix://}
if [ -S "$socket" ]; then
  printf 'DANCEOFF_ENGINE_SOCKET=%s\nDANCEOFF_ENGINE_GROUP=%s\n' "$socket" "$(stat -c %g "$socket")" > .env
fi
