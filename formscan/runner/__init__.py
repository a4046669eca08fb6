"""Spreads pages over processors; knows nothing of forms."""

from __future__ import annotations

from formscan.runner.base import Executor, Job, failed, guarded
from formscan.runner.engines import executor, require_engine

__all__ = ["Executor", "Job", "executor", "failed", "guarded", "require_engine"]
