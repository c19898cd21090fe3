#!/usr/bin/env bash
# Brings the release in this folder into service on this machine. The first time and every later time it is the same
# command; run again it changes nothing. Until the line "From here on" nothing of the running site is touched, and when
# the new release does not answer afterwards, the one before comes back.
set -euo pipefail
umask 022
here=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$here"
releases=/opt/occicor/releases
current=/opt/occicor/current
settings=/etc/occicor/occicor.env
units=(occicor-web.service occicor-worker.service occicor-scheduler.service)
step() { printf '\n== %s\n' "$*"; }
stop() {
    printf '\nStopped: %s\n' "$*" >&2
    exit 1
}
as_site() { python3 deploy/as_occicor.py "$@"; }
value() { sed -n "s/^$1=//p" "$settings" | tail -n 1; }
# Whether the whole of it is ready, as the server itself says.
answers() {
    curl --silent --show-error --fail --max-time 10 --header "Host: $(value ALLOWED_HOSTS | cut -d, -f1)" \
        http://127.0.0.1:8000/readyz
}

step "1. Is everything there that this needs?"
[ "$(id -u)" = 0 ] || stop "this makes accounts and units of systemd: run it as root."
case "$here" in "$releases"/*) ;; *) stop "this release lies in $here: unpack it into a folder of its own below $releases." ;; esac
python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    stop "Python 3.11 or newer with venv is needed: deploy/packages.sh site brings it."
for program in curl age pg_dump systemctl; do
    command -v "$program" >/dev/null || stop "$program is not installed: deploy/packages.sh site brings it."
done
[ -e "$settings" ] || stop "there are no settings yet: python3 deploy/first_settings.py your.host.name writes $settings."
[ "$(stat -c %U:%a "$settings")" = root:600 ] ||
    stop "$settings may hold secrets: chown root $settings && chmod 600 $settings"
# Each secret in a file of its own, which systemd hands to the processes; those of an older installation stand above.
install -d -m 700 /etc/occicor/secrets
[ -z "$(find /etc/occicor/secrets -type f ! -perm 600 -print -quit)" ] ||
    stop "secrets are open to others: chmod 600 /etc/occicor/secrets/*"
before=$(readlink -e "$current" || true)
[ "$before" != "$here" ] || before=

step "2. The account and its folders"
deploy/account.sh "$(value VAR_DIR)" "$(value LEDGER_DIR)" /var/backups/occicor "$(value STATIC_ROOT)"

step "3. A fresh environment beside the old one, every package by its hash"
chmod -R a+rX "$here"
python3 occicor/embedded/bootstrap.py run
.venv/bin/python -m compileall -q -x '/tests/' "$here" || true

step "4. Would it run here?"
as_site .venv/bin/python -m occicor.doctor --before-start || stop "the lines above say what is wrong. Nothing was changed."

if [ -n "$before" ] && [ -d "$before" ]; then
    step "5. A backup, in case"
    as_site "$before/deploy/backup.sh" || stop "the backup could not be made. Nothing was changed."
fi

step "From here on: 6. Tables, files, teams, catalogue; the old release still runs"
as_site deploy/prepare.sh || stop "the old release goes on running. Mend what is said above, then run this again."

step "7. The new release takes over"
place() { ln -sfn "$1" "$current.new" && mv -T "$current.new" "$current"; }
start() {
    install -m 644 "$current"/deploy/systemd/* /etc/systemd/system/
    systemctl daemon-reload
    systemctl enable --quiet "${units[@]}" occicor-backup.timer
    systemctl restart "${units[@]}" occicor-backup.timer
}
place "$here"
start

step "8. Does it answer?"
told=
for try in $(seq 60); do
    # Without worker or broker it would run too, only slower: that counts once they have had their time to come up.
    if told=$(answers 2>&1) && { [[ "$told" == *'"status": "ready"'* ]] || [ "$try" -gt 30 ]; }; then
        printf '%s\n' "$told"
        # The last three releases stay, for the way back.
        find "$releases" -mindepth 1 -maxdepth 1 -type d ! -path "$here" ! -path "${before:-$here}" -printf '%T@ %p\n' |
            sort -rn | tail -n +3 | cut -d' ' -f2- | xargs -r rm -rf
        step "It runs."
        exit 0
    fi
    sleep 1
done
printf '%s\n' "$told" >&2
journalctl --no-pager --lines 20 --unit occicor-web.service >&2 || true
[ -n "$before" ] && [ -d "$before" ] || stop "the site is not ready after a minute: deploy/doctor says more."
place "$before"
# nginx reads these, so they must be open to it.
(cd "$before" && as_site sh -c 'umask 022 && .venv/bin/python manage.py collectstatic --no-input --verbosity 0')
start
for _ in $(seq 60); do
    if answers >/dev/null 2>&1; then
        stop "the new release was not ready after a minute, so the one before is back: $before"
    fi
    sleep 1
done
stop "neither the new release is ready nor the one before, which is back: $before/deploy/doctor says more."
