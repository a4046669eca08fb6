"""Checks of a definition that pyxform does not make, or makes one at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from formscan.errors import Sentence, told
from formscan.templates import checks, lint_cycles, lint_expressions, namespaces
from formscan.templates.paper import COLUMNS
from formscan.templates.place import at_row, at_sheet, near
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
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_FORM_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
TABLES_OF_BATCHES = frozenset({"fields", "pages", "review"})
COLUMNS_OF_TABLES = frozenset(
    {"key", "parent_key", "_row", "_status", "_problems", "_serial", "_print_run",
     "_template_version", "_scans"}
)  # fmt: skip
_VERSION = re.compile(r"[^|\s]{1,32}")


def check(book: Workbook) -> list[Sentence]:
    """Every problem of the sheets, each with sheet, row and remedy."""
    problems = [*_check_sheets(book), *_check_settings(book), *namespaces.undeclared(book)]
    if "survey" in book.sheets:
        problems += _check_survey(book)
        problems += lint_expressions.check(book) + lint_cycles.check(book) + checks.check(book)
    return problems + _check_choices(book)


def warn(book: Workbook) -> tuple[Sentence, ...]:
    """What is legal and yet seldom meant."""
    used = {words[1] for row in book.rows("survey") if len(words := row.get("type").split()) > 1}
    lists = {
        row.get("list_name", "list name"): row.number for row in reversed(book.rows("choices"))
    }
    unused = [
        at_row("choices", number, told("definition.unused_list", name=name))
        for name, number in sorted(lists.items(), key=lambda item: item[1])
        if name and name not in used
    ]
    return (*unused, *lint_expressions.warn(book))


def _check_sheets(book: Workbook) -> list[Sentence]:
    problems: list[Sentence] = [
        told("definition.sheet_unknown", sheet=name, near=near(name, _SHEETS))
        for name in book.sheets
        if name not in _SHEETS
    ]
    for name, columns in _NEEDED.items():
        if not book.rows(name):
            problems.append(told("definition.sheet_missing", sheet=name))
            continue
        header = book.sheets[name].header
        problems += [
            at_sheet(name, told("definition.column_missing", column=column))
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


def _check_columns(sheet: Sheet, known: frozenset[str]) -> list[Sentence]:
    problems: list[Sentence] = []
    for column in sheet.header:
        head = column.partition("::")[0].strip().partition(":")[0]
        if head and head not in known:
            said = told("definition.column_unknown", column=column, near=near(head, known))
            problems.append(at_sheet(sheet.name, said))
    return problems


def _filter_columns(book: Workbook) -> frozenset[str]:
    """Columns of ``choices`` that a ``choice_filter`` reads."""
    filters = " ".join(row.get("choice_filter") for row in book.rows("survey"))
    return frozenset(re.findall(r"[A-Za-z_]\w*", filters))


def _check_settings(book: Workbook) -> list[Sentence]:
    rows = book.rows("settings")
    if not rows:
        return []
    problems: list[Sentence] = []
    if len(rows) > 1:
        problems.append(at_row("settings", rows[1].number, told("definition.one_row")))
    problems += (at_row("settings", 2, said) for said in _setting_problems(rows[0]))
    names = {row.get("name") for row in book.rows("survey")}
    for name in lint_expressions.REFERENCE.findall(rows[0].get("complete_with_page_1")):
        if name not in names:
            said = told("definition.complete_unknown", name=name, near=near(name, names))
            problems.append(at_row("settings", 2, said))
    return problems


def _setting_problems(row: SheetRow) -> Iterator[Sentence]:
    form, version, turned = (row.get(name) for name in ("form_id", "version", "orientation"))
    if not _FORM_ID.fullmatch(form):
        yield told("definition.form_id", given=form)
    elif form.casefold() in TABLES_OF_BATCHES:
        yield told("definition.form_id_taken", given=form)
    if not _VERSION.fullmatch(version):
        yield told("definition.version", given=version)
    if turned not in ("", "landscape", "portrait"):
        yield told("definition.orientation", given=turned)


def _check_survey(book: Workbook) -> list[Sentence]:
    problems: list[Sentence] = []
    stack: list[tuple[str, int]] = []
    seen: dict[str, int] = {}
    lists = {row.get("list_name", "list name") for row in book.rows("choices")}
    for row in book.rows("survey"):
        if not row.cells:
            continue
        kind, words = lint_expressions.kind_of(row)
        said: list[Sentence] = []
        if kind not in _TYPES:
            said = [told("definition.type_unknown", given=row.get("type"), near=near(kind, _TYPES))]
        elif kind in ("select_one", "select_multiple"):
            asked = words[1] if len(words) > 1 else ""
            if asked not in lists - {""}:
                said = [told("definition.no_list", name=asked, near=near(asked, lists))]
        elif kind.startswith("begin_"):
            stack.append((kind.removeprefix("begin_"), row.number))
        if kind.startswith("end_"):
            said += _close(stack, kind.removeprefix("end_"))
        else:
            said += _check_name(row, seen)
        problems += (at_row("survey", row.number, one) for one in said)
    problems += (
        at_row("survey", number, told("definition.never_closed", kind=kind))
        for kind, number in stack
    )
    return problems


def _close(stack: list[tuple[str, int]], kind: str) -> list[Sentence]:
    if not stack:
        return [told("definition.never_opened", kind=kind)]
    opened, row = stack.pop()
    if opened != kind:
        return [told("definition.closes_other", kind=kind, opened=opened, other=row)]
    return []


def _check_name(row: SheetRow, seen: dict[str, int]) -> list[Sentence]:
    name = row.get("name")
    if not _NAME.fullmatch(name):
        return [told("definition.name", given=name)]
    if name.casefold() in COLUMNS_OF_TABLES:
        return [told("definition.name_taken", given=name)]
    if name in seen:
        return [told("definition.name_twice", given=name, other=seen[name])]
    seen[name] = row.number
    severity = row.get("bind::fs:severity")
    if severity not in ("", "error", "warn"):
        return [told("definition.severity", given=severity)]
    return []


def _check_choices(book: Workbook) -> list[Sentence]:
    problems: list[Sentence] = []
    seen: dict[tuple[str, str], int] = {}
    padded: dict[str, int] = {}
    for row in book.rows("choices"):
        if not row.cells:
            continue
        key = (row.get("list_name", "list name"), row.get("name"))
        said: Sentence = ""
        if not all(key):
            said = told("definition.choice_empty")
        elif key in seen:
            said = told("definition.choice_twice", given=key[1], other=seen[key])
        elif re.search(r"\s", key[1]):
            said = told("definition.choice_blank", given=key[1])
        problems += [at_row("choices", row.number, said)] if said else []
        seen.setdefault(key, row.number)
        if len(key[1]) > 1 and key[1].startswith("0"):
            padded[key[0]] = len(key[1])
    for (name, value), number in seen.items():
        if name in padded and value.isdecimal() and len(value) < padded[name]:
            zeros = told("definition.choice_zero", given=value, padded=value.zfill(padded[name]))
            problems.append(at_row("choices", number, zeros))
    return problems
