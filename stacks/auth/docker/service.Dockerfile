# The auth service: one parent process and the replicas that it forks. Its packages are those of requirements.lock,
# put into stacks/vendor/ by `make images`.
FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* /var/log/*
COPY stacks/vendor/service /usr/local/lib/python3.11/dist-packages
COPY stacks/auth/service /opt/danceoff/service
COPY game/lab/containers/door.py /opt/danceoff/door.py
USER 65534:65534
CMD ["python3", "-I", "/opt/danceoff/service/zygote.py"]
