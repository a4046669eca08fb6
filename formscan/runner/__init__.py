"""Spreads pages over processors; knows nothing of forms."""

from __future__ import annotations

from formscan.runner.base import Executor, Job, failed, guarded
from formscan.runner.local import executor

__all__ = ["Executor", "Job", "executor", "failed", "guarded"]
