#!/usr/bin/env bash
# A backup, as the site's account with the site's settings: first the ledger, then the database, then the files.
#
#   backup.sh            into /var/backups/occicor, or where BACKUP_DIR says
#   backup.sh --prove    also restores the database, as it is being sealed, into a private server that is thrown away
#
# The ledger has a folder apart, because an older one is never restored with a database. Valkey is not saved: the rows
# hold the truth. The secrets are not in it either: keep them apart, for they open what is in it. Each file is sealed for
# BACKUP_RECIPIENT, whose key is not on this machine; "none" leaves them open, for a disk that is sealed otherwise. Sets
# older than BACKUP_DAYS go, so that whoever was erased has left the backups too by then; the newest always stays.
#
# A try that failed leaves last.failed (when), until the next good one: /readyz and /metrics tell of it, and of how old the
# newest set is.
set -euo pipefail
umask 077
here=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$here"
into=${BACKUP_DIR:-/var/backups/occicor}
days=${BACKUP_DAYS:-30}
stamp=$(date -u +%Y%m%dT%H%M%SZ)
made=
ended() {
    [ -n "$made" ] || [ ! -d "$into" ] || echo "$stamp" >"$into/last.failed"
    [ -z "${room:-}" ] || rm -rf "$room" "$part"
}
trap ended EXIT
stop() {
    echo "No backup was made: $*" >&2
    exit 1
}
# As the settings read it (occicor/settings/secret_files.py); not passed on, or it would stand there twice.
[ -n "${DATABASE_URL:-}" ] || DATABASE_URL=$(cat "${DATABASE_URL_FILE:-${CREDENTIALS_DIRECTORY:-}/occicor_DATABASE_URL}")
manage() { "$here/.venv/bin/python" manage.py "$@"; }

case "${BACKUP_RECIPIENT:-}" in
    '') stop "BACKUP_RECIPIENT is not set; age-keygen on another machine makes a key, and prints what to set here." ;;
    none) seal() { cat; } && ending= ;;
    *) seal() { age --encrypt --recipient "$BACKUP_RECIPIENT"; } && ending=.age ;;
esac
case "$days" in '' | *[!0-9]* | 0) stop "BACKUP_DAYS=$days is not a number of days." ;; esac
case "${1:-}" in '' | --prove) ;; *) stop "backup.sh knows --prove and nothing else." ;; esac

part="$into/data/.$stamp.part"
room=$(mktemp -d)
mkdir -p "$into/ledger" "$into/data" "$part"
# What a killed run left half made.
find "$into/data" -mindepth 1 -maxdepth 1 -name '.*.part' ! -path "$part" -mmin +720 -exec rm -rf {} +

# 1. The lines first, then the head: an entry that is written between the two is whole in the head.
copy_ledger() {
    rm -rf "$room/ledger" && mkdir "$room/ledger"
    [ ! -e "$LEDGER_DIR/ledger.jsonl" ] || cp -p "$LEDGER_DIR/ledger.jsonl" "$room/ledger"
    find "$LEDGER_DIR" -maxdepth 1 -name 'head.*' -exec cp -p {} "$room/ledger" \;
    LEDGER_DIR="$room/ledger" manage verify_ledger
}
copy_ledger || copy_ledger || stop "the copy of the ledger is not sound; manage.py verify_ledger says more."
tar --create --directory "$room" ledger | seal >"$into/ledger/.$stamp.part"
mv "$into/ledger/.$stamp.part" "$into/ledger/$stamp.tar$ending"

# 2. The database, whole as of one instant.
if [ "${1:-}" = --prove ]; then
    mkdir "$room/server" && mkfifo "$room/dump"
    # By a pipe of its own, so that a seal that breaks is noticed; whoever reads one end waits until the other is open.
    seal <"$room/dump" >"$part/database.dump$ending" &
    sealing=$!
    pg_dump --format=custom --dbname "$DATABASE_URL" | tee "$room/dump" |
        env --unset=DATABASE_URL --unset=REDIS_URL --unset=CREDENTIALS_DIRECTORY VAR_DIR="$room/server" PORT=0 "$here/.venv/bin/python" \
            -m occicor.embedded exec sh -c 'pg_restore --no-owner --exit-on-error --dbname "$DATABASE_URL" &&
            echo "Restored for a trial: $(psql --tuples-only --no-align --dbname "$DATABASE_URL" \
            --command "SELECT count(*) FROM django_migrations") migrations."'
    wait "$sealing" || stop "the database's copy could not be sealed."
else
    pg_dump --format=custom --dbname "$DATABASE_URL" | seal >"$part/database.dump$ending"
fi
[ -s "$part/database.dump$ending" ] || stop "the database's copy is empty."

# 3. After the database: a file without its row is litter, a row without its file a loss. All of them are sealed.
mapfile -t folders < <(cd "$VAR_DIR" && for one in packages evidence media; do [ ! -d "$one" ] || echo "$one"; done)
tar --create --directory "$VAR_DIR" --ignore-failed-read --warning=no-file-changed --files-from /dev/null \
    "${folders[@]}" | seal >"$part/files.tar$ending"

pg_dump --version >"$part/about.txt"
printf 'release %s\ntaken %s\n' "$here" "$stamp" >>"$part/about.txt"
(cd "$part" && sha256sum -- * >"$room/sums" && mv "$room/sums" SHA256SUMS && sha256sum --quiet --check SHA256SUMS)
sync -f "$part"
mv "$part" "$into/data/$stamp"
made=yes
rm -f "$into/last.failed"

# 4. What is over goes: by its name, which says when it was taken.
oldest=$(date -u -d "$days days ago" +%Y%m%dT%H%M%SZ)
find "$into/data" -mindepth 1 -maxdepth 1 -type d -name '2*Z' -printf '%f\n' | sort | head -n -1 |
    while read -r name; do [[ ! "$name" < "$oldest" ]] || rm -rf "${into:?}/data/$name"; done
find "$into/ledger" -mindepth 1 -maxdepth 1 -name '2*Z.tar*' -printf '%f\n' | sort | head -n -30 |
    while read -r name; do rm -f "${into:?}/ledger/$name"; done
echo "$into/data/$stamp"
