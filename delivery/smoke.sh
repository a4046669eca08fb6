#!/usr/bin/env bash
# Installs a wheel into an empty environment and does with it what the README promises first.
# usage: smoke.sh PYTHON WHEEL ENVIRONMENT [CONSTRAINTS]
set -euo pipefail
python=$1 wheel=$(realpath "$2") environment=$(realpath -m "$3") constraints=${4:+$(realpath "$4")}
samples=$(realpath samples) work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$environment"
"$python" -m venv "$environment"
"$environment/bin/python" -m pip install -q --disable-pip-version-check \
  ${constraints:+-c "$constraints"} "$wheel"
cd "$work"  # so that nothing but the wheel can be found
"$environment/bin/formscan" --lang en doctor
"$environment/bin/formscan" --lang en run "$samples/scans" --out batch-1
"$environment/bin/formscan" --lang en evaluate batch-1 --truth "$samples/truth.csv"
for table in fk23.csv fk23-anggota.csv pages.csv fields.csv review.csv; do
  test "$(wc -l < "batch-1/$table")" -gt 1 || { echo "$table is empty" >&2; exit 1; }
done
echo "Installed from $(basename "$wheel") on $("$environment/bin/python" --version): it works."
