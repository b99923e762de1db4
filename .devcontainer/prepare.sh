#!/usr/bin/env bash
# Installs what `npm test` needs, so that its first run does not have to, and the packages of the lock file.
set -euo pipefail
sudo apt-get update
sudo DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
  aria2 chromium nats-server nginx openssl postgresql python3 python3-requests rabbitmq-server redis-server slapd
node -e 'import("./scripts/install.mjs").then(({ install }) => install())'
