# PostgreSQL as Debian has it, without the cluster that the package makes.
FROM debian:bookworm-slim
RUN apt-get update \
 && mkdir -p /etc/postgresql-common \
 && echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf \
 && apt-get install -y --no-install-recommends postgresql-15 \
 && ln -s 15/bin /usr/lib/postgresql/bin \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* /var/log/* /usr/lib/llvm-* /usr/lib/x86_64-linux-gnu/libLLVM* /usr/lib/aarch64-linux-gnu/libLLVM*
USER 65534:65534
CMD ["/usr/lib/postgresql/bin/postgres", "--version"]
