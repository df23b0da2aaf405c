# Toxiproxy is one static program and no Debian package: `make images` builds it outside and puts it into stacks/vendor/.
FROM debian:bookworm-slim
COPY stacks/vendor/toxiproxy-server /usr/local/bin/toxiproxy-server
USER 65534:65534
CMD ["toxiproxy-server", "--version"]
