"""Spreads pages over processors; knows nothing of forms."""

from __future__ import annotations

from formscan.runner.base import Executor, Job, failed, guarded
from formscan.runner.local import executor, one_native_thread

__all__ = ["Executor", "Job", "executor", "failed", "guarded", "one_native_thread"]
