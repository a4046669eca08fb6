"""What a template's own binds say about a record's values."""

from __future__ import annotations
