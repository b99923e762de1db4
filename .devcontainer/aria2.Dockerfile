# aria2 for development (compose.yaml). Debian's own package, because the popular images set options of their own.
FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends aria2 ca-certificates \
 && rm -rf /var/lib/apt/lists/*
EXPOSE 6800
CMD ["aria2c", "--enable-rpc", "--rpc-listen-all", "--rpc-listen-port=6800", "--rpc-secret=muster", "--max-concurrent-downloads=20", "--rpc-max-request-size=16M"]
