#!/usr/bin/env bash
# Builds wheel and sdist into a folder, twice; they must not differ by a byte.
# usage: dist.sh PYTHON FOLDER
set -euo pipefail
python=$1 folder=$2 again=$(mktemp -d)
trap 'rm -rf "$again"' EXIT
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || echo 1735689600)
export SOURCE_DATE_EPOCH
rm -rf "$folder"
"$python" -m hatchling build -d "$folder" >/dev/null
"$python" -m hatchling build -d "$again" >/dev/null
(cd "$folder" && sha256sum ./*.whl ./*.tar.gz | tee SHA256SUMS)
(cd "$again" && sha256sum --quiet -c "$OLDPWD/$folder/SHA256SUMS")
echo "Built twice, equal to the byte."
