#!/usr/bin/env bash
# The account under which the site runs, and its folders: account.sh DATA LEDGER BACKUPS STATIC. Safe to repeat.
# All are for the account alone, but the last, which the web server in front reads.
set -euo pipefail
data=${1:?data} ledger=${2:?ledger} backups=${3:?backups} static=${4:?static}
getent passwd occicor >/dev/null || useradd --system --home-dir "$data" --shell /usr/sbin/nologin occicor
if getent group valkey >/dev/null; then
    usermod --append --groups valkey occicor
fi
install -d -o occicor -g occicor -m 700 "$data" "$ledger" "$backups"
install -d -o occicor -g occicor -m 755 "$static"
