#!/bin/sh
# Make the glyph network: training/run.sh --unipen STROKES.npz [WORK]   (45 minutes on one core)
set -eu
[ "${1:-}" = --unipen ] || { echo "usage: training/run.sh --unipen STROKES.npz [WORK]" >&2; exit 2; }
strokes=$(realpath "${2:?give the .npz of UNIPEN strokes}")
work=$(realpath -m "${3:-work/training}")
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
export OMP_NUM_THREADS=1
mkdir -p "$work"
"$python" -m pip install --quiet --requirement training/requirements.txt
"$python" -m training.prepare --unipen "$strokes" --work "$work"
"$python" -m training.train --work "$work" --plan main
"$python" -m training.train --work "$work" --plan finish
"$python" -m training.export --work "$work"
"$python" -m training.report --unipen "$strokes" --work "$work"
