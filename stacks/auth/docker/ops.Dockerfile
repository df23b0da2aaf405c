# What an operator of one team works with: curl, git, psql, redis-cli, and the danceoff commands. No engine, no sudo.
FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* /var/log/*
RUN apt-get update \
 && apt-get install -y --no-install-recommends bash curl git iproute2 less postgresql-client redis-tools \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* /var/log/*
COPY stacks/vendor/ops /usr/local/lib/python3.11/dist-packages
COPY game /usr/local/lib/python3.11/dist-packages/game
COPY stacks/auth/docker/danceoff /usr/local/bin/danceoff
USER 65534:65534
CMD ["bash"]
