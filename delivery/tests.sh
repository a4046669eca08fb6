#!/usr/bin/env bash
# Runs the tests on other dependencies than the pinned ones.
# usage: tests.sh PYTHON ENVIRONMENT lowest|newest [PYTEST ARGUMENTS]
set -euo pipefail
python=$1 environment=$2 which=$3
shift 3
bin=$environment/bin
test -x "$bin/python" || "$python" -m venv "$environment"
"$bin/python" -m pip install -q --disable-pip-version-check --upgrade "pip>=25.1"  # knows --group
chosen=(--upgrade --upgrade-strategy eager) warnings=()
if [ "$which" = lowest ]; then
  chosen=(-c requirements-lowest.txt)
  warnings=(-o filterwarnings=default)  # of old packages about newer ones below them
fi
"$bin/python" -m pip install -q "${chosen[@]}" -e ".[cluster,watch]" --group dev
"$bin/python" -m pip install -q --no-deps -r requirements-handwriting.txt
exec "$bin/python" -m pytest -q -p no:cacheprovider "${warnings[@]}" "$@"
