#!/usr/bin/env bash
# Puts a backup in place of the database and the files, as root; the site then stays closed until the ledger is applied
# again (docs/how-to/restore-a-backup.md).
#
#   restore.sh /var/backups/occicor/data/20270101T023000Z [--identity key.txt] [--without-a-copy-of-now]
#   restore.sh --ledger /var/backups/occicor/ledger/20270101T023000Z.tar.age [--identity key.txt]
#
# The second form is for a ledger that is lost: the newest copy, and only where LEDGER_DIR holds none.
set -euo pipefail
umask 077
here=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd -P)
cd "$here"
units=(occicor-web.service occicor-worker.service occicor-scheduler.service)
stop() {
    echo "Stopped: $*" >&2
    exit 1
}
as_site() { python3 "$here/deploy/as_occicor.py" "$@"; }
services() { [ ! -d /run/systemd/system ] || systemctl "$1" "${units[@]}"; }

from= ledger= identity= copy_now=yes
while [ $# -gt 0 ]; do
    case "$1" in
        --identity) identity=${2:?a file with the key} && shift ;;
        --ledger) ledger=${2:?a copy of the ledger} && shift ;;
        --without-a-copy-of-now) copy_now= ;;
        -*) stop "restore.sh does not know $1." ;;
        *) from=$1 ;;
    esac
    shift
done
open() {
    case "$1" in
        *.age) age --decrypt --identity "${identity:?sealed: name the key with --identity}" "$1" ;;
        *) cat "$1" ;;
    esac
}
here_is() { find "$1" -maxdepth 1 -name "$2*" ! -name '*.part' | head -n 1; }
# shellcheck disable=SC2016 # the site's own settings, not ours
folder=$(as_site sh -c 'printf %s "$LEDGER_DIR"')

if [ -n "$ledger" ]; then
    [ -z "$(find "$folder" -name 'head.*' -print -quit)" ] || stop "$folder holds a ledger; an older one never replaces it."
    open "$ledger" | as_site tar --extract --strip-components 1 --directory "$folder"
    as_site "$here/.venv/bin/python" manage.py verify_ledger || true
    exit 0
fi

[ -n "$from" ] && [ -f "$from/SHA256SUMS" ] || stop "name the folder of a backup: it holds SHA256SUMS."
(cd "$from" && sha256sum --quiet --check SHA256SUMS) || stop "the backup is not as it was written."
[ -n "$(find "$folder" -name 'head.*' -print -quit)" ] || stop "$folder holds no ledger. Without it nobody knows who was
erased since this backup: put it back first, the folder itself or its newest copy (--ledger)."
dump=$(here_is "$from" database.dump) files=$(here_is "$from" files.tar)
# Its first letters are enough; whoever writes them is cut off then, which is no failure.
[ "$( (open "$dump" || true) 2>/dev/null | head -c 5)" = PGDMP ] || stop "the key does not open this backup."

services stop
if [ -n "$copy_now" ]; then
    as_site "$here/deploy/backup.sh" || stop "what is there now could not be saved first; --without-a-copy-of-now does not."
fi
# shellcheck disable=SC2016
open "$dump" | as_site sh -c \
    'pg_restore --clean --if-exists --no-owner --single-transaction --exit-on-error --dbname "$DATABASE_URL"'
# shellcheck disable=SC2016
open "$files" | as_site sh -c 'tar --extract --directory "$VAR_DIR"'
# A backup of an earlier release.
as_site "$here/.venv/bin/python" manage.py migrate --no-input --verbosity 0
services start
echo "Restored. Personal areas stay closed until the ledger is applied again:"
echo "  deploy/manage reapply_ledger --dry-run, then deploy/manage reapply_ledger"
