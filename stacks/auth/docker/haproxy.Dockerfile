# HAProxy as Debian has it. Another image can take its place: DANCEOFF_HAPROXY_IMAGE=haproxy:3.0
FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends haproxy \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* /var/log/* /etc/haproxy
USER 65534:65534
CMD ["haproxy", "-v"]
