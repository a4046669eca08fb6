"""Checks of a definition that pyxform does not make, or makes one at a time."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from formscan.templates import checks, lint_cycles, lint_expressions
from formscan.templates.paper import COLUMNS
from formscan.templates.workbook import Sheet, SheetRow, Workbook
from formscan.templates.xform import OWN_SETTINGS

__all__ = ["COLUMNS_OF_TABLES", "TABLES_OF_BATCHES", "check", "warn"]

_SHEETS = ("survey", "choices", "settings", "paper", "entities", "external_choices", "osm")
_NEEDED = {"survey": ("type", "name"), "settings": ("form_id", "version"), "paper": ("name",)}
_SURVEY = frozenset(
    {"type", "name", "label", "hint", "guidance_hint", "required", "required_message", "relevant",
     "constraint", "constraint_message", "calculation", "calculate", "appearance", "default",
     "parameters", "choice_filter", "read_only", "readonly", "repeat_count", "trigger", "media",
     "image", "audio", "video", "note", "save_to", "bind", "body", "instance"}
)  # fmt: skip
_CHOICES = frozenset(
    {"list_name", "list name", "name", "label", "media", "image", "audio", "video"}
)
_SETTINGS = frozenset(
    {"form_title", "form_id", "version", "default_language", "instance_name", "namespaces",
     "public_key", "submission_url", "style", "auto_send", "auto_delete", "allow_choice_duplicates",
     "name", "clean_text_values"}
)  # fmt: skip
_TYPES = frozenset(
    {"text", "integer", "decimal", "date", "time", "datetime", "note", "calculate", "hidden",
     "start", "end", "today", "deviceid", "username", "phonenumber", "email", "audit", "image",
     "audio", "video", "file", "barcode", "geopoint", "geotrace", "geoshape", "acknowledge",
     "range", "select_one", "select_multiple", "rank", "begin_group", "end_group", "begin_repeat",
     "end_repeat", "select_one_from_file", "select_multiple_from_file", "csv-external",
     "xml-external", "start-geopoint", "background-audio", "trigger"}
)  # fmt: skip
_MOST_COMPARED = 300
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_FORM_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
TABLES_OF_BATCHES = frozenset({"fields", "pages", "review"})
COLUMNS_OF_TABLES = frozenset(
    {"key", "parent_key", "_row", "_status", "_problems", "_serial", "_print_run",
     "_template_version", "_scans"}
)  # fmt: skip
_VERSION = re.compile(r"[^|\s]{1,32}")


def check(book: Workbook) -> list[str]:
    """Every problem of the sheets, each with sheet, row and remedy."""
    problems = [*_check_sheets(book), *_check_settings(book)]
    if "survey" in book.sheets:
        problems += _check_survey(book)
        problems += lint_expressions.check(book) + lint_cycles.check(book) + checks.check(book)
    return problems + _check_choices(book)


def warn(book: Workbook) -> tuple[str, ...]:
    """What is legal and yet seldom meant."""
    used = {words[1] for row in book.rows("survey") if len(words := row.get("type").split()) > 1}
    lists = {
        row.get("list_name", "list name"): row.number for row in reversed(book.rows("choices"))
    }
    unused = [
        f"sheet choices, row {number}: no question uses the list {name!r}"
        for name, number in sorted(lists.items(), key=lambda item: item[1])
        if name and name not in used
    ]
    return (*unused, *lint_expressions.warn(book))


def _check_sheets(book: Workbook) -> list[str]:
    problems = [
        f"sheet {name!r} is unknown and would be dropped{_near(name, _SHEETS)}; rename or delete it"
        for name in book.sheets
        if name not in _SHEETS
    ]
    for name, columns in _NEEDED.items():
        if not book.rows(name):
            problems.append(f"sheet {name!r} is missing or empty; add it")
            continue
        header = book.sheets[name].header
        problems += [
            f"sheet {name}: column {column!r} is missing; add it"
            for column in columns
            if column not in header
        ]
    known = {
        "survey": _SURVEY,
        "choices": _CHOICES | _filter_columns(book),
        "settings": _SETTINGS | OWN_SETTINGS,
        "paper": frozenset(COLUMNS),
    }
    for name, columns_known in known.items():
        if name in book.sheets:
            problems += _check_columns(book.sheets[name], columns_known)
    return problems


def _check_columns(sheet: Sheet, known: frozenset[str]) -> list[str]:
    problems = []
    for column in sheet.header:
        head = column.partition("::")[0].strip().partition(":")[0]
        if head and head not in known:
            problems.append(
                f"sheet {sheet.name}: column {column!r} is unknown and would be dropped"
                f"{_near(head, known)}; rename or delete it"
            )
    return problems


def _filter_columns(book: Workbook) -> frozenset[str]:
    """Columns of ``choices`` that a ``choice_filter`` reads."""
    filters = " ".join(row.get("choice_filter") for row in book.rows("survey"))
    return frozenset(re.findall(r"[A-Za-z_]\w*", filters))


def _check_settings(book: Workbook) -> list[str]:
    rows = book.rows("settings")
    if not rows:
        return []
    problems = []
    if len(rows) > 1:
        problems.append(f"sheet settings, row {rows[1].number}: one row is enough; delete it")
    form, version = rows[0].get("form_id"), rows[0].get("version")
    if not _FORM_ID.fullmatch(form):
        problems.append(
            f"sheet settings, row 2: form_id {form!r}: write letters, digits, _ and -, "
            "beginning with a letter"
        )
    elif form.casefold() in TABLES_OF_BATCHES:
        problems.append(
            f"sheet settings, row 2: form_id {form!r} is the name of a table of every batch; "
            "choose another"
        )
    if not _VERSION.fullmatch(version):
        problems.append(
            f"sheet settings, row 2: version {version!r}: write 1 to 32 characters without blanks "
            "or bars, such as 2023070101"
        )
    orientation = rows[0].get("orientation")
    if orientation not in ("", "landscape", "portrait"):
        problems.append(
            f"sheet settings, row 2: orientation {orientation!r}: write landscape or portrait"
        )
    names = {row.get("name") for row in book.rows("survey")}
    problems += [
        f"sheet settings, row 2: complete_with_page_1 asks for ${{{reference}}}, which is "
        f"no question{_near(reference, names)}"
        for reference in lint_expressions.REFERENCE.findall(rows[0].get("complete_with_page_1"))
        if reference not in names
    ]
    return problems


def _check_survey(book: Workbook) -> list[str]:
    problems: list[str] = []
    stack: list[tuple[str, int]] = []
    seen: dict[str, int] = {}
    lists = {row.get("list_name", "list name") for row in book.rows("choices")}
    for row in book.rows("survey"):
        if not row.cells:
            continue
        at = f"sheet survey, row {row.number}"
        kind, words = lint_expressions.kind_of(row)
        if kind not in _TYPES:
            problems.append(f"{at}: type {row.get('type')!r} is unknown{_near(kind, _TYPES)}")
        elif kind in ("select_one", "select_multiple"):
            if len(words) < 2 or words[1] not in lists:
                asked = words[1] if len(words) > 1 else ""
                problems.append(
                    f"{at}: no list {asked!r} in sheet choices{_near(asked, lists)}; add its rows"
                )
        elif kind.startswith("begin_"):
            stack.append((kind.removeprefix("begin_"), row.number))
        elif kind.startswith("end_"):
            problems += _close(stack, kind.removeprefix("end_"), at)
            continue
        problems += _check_name(row, at, seen)
    problems += [
        f"sheet survey, row {number}: begin_{kind} is never closed; add end_{kind}"
        for kind, number in stack
    ]
    return problems


def _close(stack: list[tuple[str, int]], kind: str, at: str) -> list[str]:
    if not stack:
        return [f"{at}: end_{kind} without begin_{kind}; delete it"]
    opened, number = stack.pop()
    if opened != kind:
        return [f"{at}: end_{kind} closes begin_{opened} of row {number}; write end_{opened}"]
    return []


def _check_name(row: SheetRow, at: str, seen: dict[str, int]) -> list[str]:
    name = row.get("name")
    if not _NAME.fullmatch(name):
        return [f"{at}: name {name!r}: write letters, digits and _, beginning with a letter"]
    if name.casefold() in COLUMNS_OF_TABLES:
        return [f"{at}: name {name!r} is a column of every table; choose another"]
    if name in seen:
        return [f"{at}: name {name!r} stands in row {seen[name]} already; choose another"]
    seen[name] = row.number
    severity = row.get("bind::fs:severity")
    if severity not in ("", "error", "warn"):
        return [f"{at}: bind::fs:severity {severity!r}: write error or warn"]
    return []


def _check_choices(book: Workbook) -> list[str]:
    problems: list[str] = []
    seen: dict[tuple[str, str], int] = {}
    padded: dict[str, int] = {}
    for row in book.rows("choices"):
        if not row.cells:
            continue
        at = f"sheet choices, row {row.number}"
        key = (row.get("list_name", "list name"), row.get("name"))
        if not all(key):
            problems.append(f"{at}: list_name and name are both needed; fill them")
        elif key in seen:
            problems.append(f"{at}: {key[1]!r} stands in row {seen[key]} already; delete one")
        elif re.search(r"\s", key[1]):
            problems.append(f"{at}: {key[1]!r} has a blank, which separates answers; remove it")
        seen.setdefault(key, row.number)
        if len(key[1]) > 1 and key[1].startswith("0"):
            padded[key[0]] = len(key[1])
    problems += [
        f"sheet choices, row {number}: {value!r} among codes such as '01': write "
        f"{value.zfill(padded[name])!r}, as text (a spreadsheet drops the zero)"
        for (name, value), number in seen.items()
        if name in padded and value.isdecimal() and len(value) < padded[name]
    ]
    return problems


def _near(word: str, known: Iterable[str]) -> str:
    names = [name for name in known if name][:_MOST_COMPARED]
    near = difflib.get_close_matches(word[:64], names, n=1, cutoff=0.6)
    return f" (did you mean {near[0]!r}?)" if near else ""
