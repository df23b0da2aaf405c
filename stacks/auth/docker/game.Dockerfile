# The game server: the danceoff commands with every package, for `docker compose up`. It starts stacks beside itself on the
# engine whose socket it is given; no team's container gets that socket.
FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* /var/log/*
RUN apt-get update \
 && apt-get install -y --no-install-recommends curl git \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* /var/log/*
COPY stacks/vendor/game /usr/local/lib/python3.11/dist-packages
COPY game /usr/local/lib/python3.11/dist-packages/game
COPY stacks/auth /usr/local/lib/python3.11/dist-packages/stacks/auth
COPY exercises /usr/local/lib/python3.11/dist-packages/exercises
COPY stacks/auth/docker/danceoff /usr/local/bin/danceoff
# Volumes put here begin as the game's own.
RUN mkdir -p /var/lib/danceoff /stack \
 && chown 65534:65534 /var/lib/danceoff /stack \
 && chmod 711 /var/lib/danceoff
ENV DANCEOFF_HOME=/var/lib/danceoff HOME=/tmp
USER 65534:65534
CMD ["danceoff", "--help"]
