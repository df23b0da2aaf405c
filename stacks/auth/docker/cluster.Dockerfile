# Everything of one team's stack, for the nodes of a cluster: the servers, the load worker, and what the game speaks with there.
FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* /var/log/*
RUN apt-get update \
 && mkdir -p /etc/postgresql-common \
 && echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf \
 && apt-get install -y --no-install-recommends haproxy postgresql-15 redis-server \
 && ln -s 15/bin /usr/lib/postgresql/bin \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* /var/log/* /etc/haproxy /etc/redis /usr/lib/llvm-* /usr/lib/x86_64-linux-gnu/libLLVM* /usr/lib/aarch64-linux-gnu/libLLVM*
COPY stacks/vendor/toxiproxy-server /usr/local/bin/toxiproxy-server
COPY stacks/vendor/game /usr/local/lib/python3.11/dist-packages
COPY game /usr/local/lib/python3.11/dist-packages/game
COPY stacks/auth /usr/local/lib/python3.11/dist-packages/stacks/auth
USER 65534:65534
CMD ["python3", "-P", "-m", "game.lab.swarm.agent", "/var/lib/danceoff"]
