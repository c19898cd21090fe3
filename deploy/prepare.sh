#!/usr/bin/env bash
# Brings database and files to the release in this folder, as the site's account with the site's settings around it:
# install.sh calls it on a machine, compose.yaml in a container. Safe to repeat, and safe while the old release runs.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$here"
manage() { "$here/.venv/bin/python" manage.py "$@"; }

# A change of a table that has to wait for somebody's transaction makes everybody else wait behind it. So it gives up
# after a few seconds, and tries again.
migrate() {
    local told separator='?'
    case "$DATABASE_URL" in *\?*) separator='&' ;; esac
    for try in 1 2 3 4 5; do
        if told=$(DATABASE_URL="$DATABASE_URL${separator}options=-c%20lock_timeout%3D4s" manage migrate --no-input 2>&1); then
            printf '%s\n' "$told"
            return 0
        fi
        case "$told" in
            *LockNotAvailable* | *"lock timeout"*) echo "A table is in use (try $try of 5): again in 5 seconds." >&2 ;;
            *) break ;;
        esac
        sleep 5
    done
    printf '%s\n' "$told" >&2
    return 1
}

migrate
manage createcachetable
(umask 022 && manage collectstatic --no-input --verbosity 0)
manage sync_roles
manage sync_catalogue --first
manage publish_first_policy
# The last word before anything starts: also whether the published policy says what this release does.
manage check --deploy --database default --fail-level WARNING
