# The load worker: Locust as a library, spoken to over its standard input and output.
FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* /var/log/*
COPY stacks/vendor/load /usr/local/lib/python3.11/dist-packages
COPY game/__init__.py game/errors.py /usr/local/lib/python3.11/dist-packages/game/
COPY game/core /usr/local/lib/python3.11/dist-packages/game/core
COPY game/lab /usr/local/lib/python3.11/dist-packages/game/lab
USER 65534:65534
CMD ["python3", "-P", "-m", "game.lab.load.worker"]
