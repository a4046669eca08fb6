#!/usr/bin/env bash
# Five computers on a network, as docs/operations.md sets them up: five network namespaces on one
# bridge, one worker in each, the scheduler and the run in the first. After a third of the pages
# the cable of the third is pulled, and the worker of the fourth is killed. The tables must equal
# those of one process.
# usage (as root): bash benchmarks/lan.sh SCANS
set -euo pipefail
scans=$(realpath "${1:-samples/scans}")
formscan=$(realpath .venv/bin/formscan) home=$(mktemp -d) tag=fs$$
export TMPDIR=$home/tmp FORMSCAN_LANG=en
mkdir "$TMPDIR"
in_pc() { local pc=$1; shift; ip netns exec "$tag-$pc" "$@"; }
finish() {
  for pc in 1 2 3 4 5; do
    ip netns pids "$tag-$pc" 2>/dev/null | xargs -r kill -9 2>/dev/null || true
    ip netns del "$tag-$pc" 2>/dev/null || true
  done
  ip link del "$tag" 2>/dev/null || true
  rm -rf "$home"
}
trap finish EXIT

ip link add "$tag" type bridge
ip link set "$tag" up
for pc in 1 2 3 4 5; do
  ip netns add "$tag-$pc"
  ip link add "$tag-$pc" type veth peer name eth0 netns "$tag-$pc"
  ip link set "$tag-$pc" master "$tag" up
  in_pc "$pc" ip addr add "10.77.0.$pc/24" dev eth0
  in_pc "$pc" ip link set eth0 up
  in_pc "$pc" ip link set lo up
done

"$formscan" cluster keys "$home/keys"
in_pc 1 "$formscan" cluster scheduler --tls "$home/keys" --host 10.77.0.1 > "$home/scheduler.log" 2>&1 &
for pc in 1 2 3 4 5; do
  in_pc "$pc" "$formscan" cluster worker tls://10.77.0.1:8786 --tls "$home/keys" --workers 1 \
    > "$home/worker-$pc.log" 2>&1 &
done
until [ "$(grep -c 'Register worker' "$home/scheduler.log")" -ge 5 ]; do sleep 0.2; done
echo "Five workers: $(grep -o 'tls://10[^ ]*' "$home/scheduler.log" | sort -u | tr '\n' ' ')"

in_pc 1 "$formscan" run "$scans" --out "$home/cluster" --as-of 2026-11-24 \
  --scheduler tls://10.77.0.1:8786 --tls "$home/keys" 2>&1 | while read -r line; do
  echo "$line"
  if [[ $line == "4 of "* ]]; then
    ip link set "$tag-3" down && echo "-- the cable of pc3 is pulled"
    ip netns pids "$tag-4" | xargs -r ps -o pid=,args= -p | awk '/spawn_main/ { print $1; exit }' \
      | xargs -r kill -9 && echo "-- the worker of pc4 is killed"
  fi
done
"$formscan" run "$scans" --out "$home/alone" --as-of 2026-11-24 --engine serial >/dev/null 2>&1
for table in "$home"/alone/*.csv; do cmp "$table" "$home/cluster/$(basename "$table")"; done
echo "All tables equal those of one process, byte for byte."
