#!/usr/bin/env bash
# The packages of Debian 13 that the site needs: `packages.sh site` for its own processes, `packages.sh services` for the
# database, the task broker and the web server beside them. Safe to repeat; what is installed already stays.
set -euo pipefail
case "${1:-}" in
    site) wanted=(ca-certificates curl age python3 python3-venv postgresql-client tzdata) ;;
    services) wanted=(postgresql valkey-server nginx openssl) ;;
    *)
        echo "packages.sh site | services" >&2
        exit 2
        ;;
esac
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet --quiet
apt-get install --quiet --quiet --yes --no-install-recommends "${wanted[@]}"
