#!/bin/bash
# The first process of the drill's machine: turns a folder into its whole world and becomes systemd. Called inside fresh
# namespaces (mount, processes, names, cgroups); the network stays that of the machine the drill runs on.
set -euo pipefail
umask 022
root=$1
mount --make-rprivate /
mount --bind "$root" "$root"
cd "$root"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755,nosuid tmpfs run
mount -t tmpfs -o mode=755,nosuid,size=1m tmpfs dev
for device in null:3 zero:5 full:7 random:8 urandom:9; do
    mknod -m 666 "dev/${device%:*}" c 1 "${device#*:}"
done
mknod -m 666 dev/tty c 5 0
mkdir -p dev/pts dev/shm .before
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t tmpfs -o mode=1777,nosuid tmpfs dev/shm
: >dev/console
hostname drill
pivot_root . .before
umount -l /.before
# As a container's manager leaves it to systemd: what it mounts for a unit (its secrets) is to be seen by the unit.
mount --make-rshared /
exec env -i container=drill PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --log-target=journal --show-status=no </dev/null >/dev/null 2>&1
