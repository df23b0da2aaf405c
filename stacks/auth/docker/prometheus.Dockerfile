# Prometheus as Debian has it; the package's wish to start services and its consoles are left out.
FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends prometheus \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* /var/log/* /etc/prometheus /usr/bin/prometheus-node-exporter /usr/bin/promtool /usr/share/prometheus
USER 65534:65534
CMD ["prometheus", "--version"]
