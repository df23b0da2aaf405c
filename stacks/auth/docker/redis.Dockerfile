# Redis as Debian has it; the run's own configuration is mounted.
FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends redis-server \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* /var/log/* /etc/redis
USER 65534:65534
CMD ["redis-server", "--version"]
