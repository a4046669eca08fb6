"""``formscan form``: list, show, build, print, check, schema, import."""

from __future__ import annotations

import json
from pathlib import Path

import click

from formscan.cli.speech import Command, Group, Option, labelled, language, say

__all__ = ["command"]


@click.group(cls=Group, name="form", help="form.help")
def command() -> None:
    """See ``form.help`` of the message catalogues."""


@command.command("list", cls=Command, help="form.help_list")
def list_forms() -> None:
    """One line per form of the library."""
    from formscan.templates.load import library, load_template

    for name in library():
        template = load_template(name)
        click.echo(
            say(
                "form.listed",
                form=template.form,
                version=template.version,
                pages=len(template.pages),
                title=labelled(template.title),
            )
        )


@command.command("show", cls=Command, help="form.help_show")
@click.argument("form")
def show(form: str) -> None:
    """Pages, questions and code lists of a form."""
    from formscan.cli.form_show import show_lines
    from formscan.templates.load import load_template

    for line in show_lines(load_template(form)):
        click.echo(line)


@command.command("build", cls=Command, help="form.help_build")
@click.argument("definition", type=click.Path(path_type=Path))
@click.option(
    "-o", "folder", cls=Option, type=click.Path(path_type=Path, file_okay=False), required=True,
    help="form.option_out_dir",
)  # fmt: skip
def build(definition: Path, folder: Path) -> None:
    """Definition → template, blank form, XLSForm."""
    from formscan.templates.build import build_form

    files = build_form(definition, folder)
    click.echo(say("form.built", folder=folder, files=", ".join(file.name for file in files)))


@command.command("print", cls=Command, help="form.help_print")
@click.argument("form")
@click.option(
    "--copies", cls=Option, type=click.IntRange(1, 20000), required=True, help="form.option_copies"
)
@click.option("--start", cls=Option, type=click.IntRange(0), help="form.option_start")
@click.option(
    "--sheets", cls=Option, type=click.IntRange(1, 16), default=1, help="form.option_sheets"
)
@click.option("--area", cls=Option, default="", help="form.option_area")
@click.option("--mono", cls=Option, is_flag=True, help="form.option_mono")
@click.option(
    "--paper", cls=Option, type=click.Choice(["a4", "f4"]), default="a4", help="form.option_paper"
)
@click.option(
    "-o", "target", cls=Option, type=click.Path(path_type=Path, dir_okay=False), required=True,
    help="form.option_out_pdf",
)  # fmt: skip
def print_form(
    form: str,
    copies: int,
    start: int | None,
    sheets: int,
    area: str,
    mono: bool,
    paper: str,
    target: Path,
) -> None:
    """Blank forms with identities, into one PDF; the run is kept in the ledger."""
    from formscan.cli.form_print import PrintOrder, print_forms

    order = PrintOrder(form, copies, start, sheets, area, mono, paper, target)
    for line in print_forms(order):
        click.echo(line)


@command.command("print-cover", cls=Command, help="form.help_print_cover")
@click.option(
    "--sheets", cls=Option, type=click.IntRange(1, 9999), required=True,
    help="form.option_cover_sheets",
)  # fmt: skip
@click.option("--area", cls=Option, default="", help="form.option_cover_area")
@click.option("--kader", cls=Option, default="", help="form.option_cover_kader")
@click.option(
    "-o", "target", cls=Option, type=click.Path(path_type=Path, dir_okay=False), required=True,
    help="form.option_out_pdf",
)  # fmt: skip
def print_cover_sheet(sheets: int, area: str, kader: str, target: Path) -> None:
    """The sheet that lies on top of a bundle."""
    from formscan.cli.form_cover import print_cover

    click.echo(print_cover(sheets, area, kader, target))


@command.command("check", cls=Command, help="form.help_check")
@click.argument("file")
def check(file: str) -> None:
    """All problems of a definition or template at once."""
    from formscan.rules import require_rules
    from formscan.templates.load import load_template

    template = load_template(file)
    require_rules(template)
    for warning in template.warnings:
        click.echo(say("form.shown_warning", warning=labelled(warning)))
    click.echo(
        say(
            "form.checked",
            source=file,
            fields=sum(len(page.fields) for page in template.pages),
            pages=len(template.pages),
        )
    )


@command.command("schema", cls=Command, help="form.help_schema")
@click.argument("form", required=False)
def schema(form: str | None) -> None:
    """The JSON Schema of ``template.json``, or of the tables of a form."""
    from formscan.export.record_schema import record_schema
    from formscan.templates.load import load_template
    from formscan.templates.model import json_schema

    found = record_schema(load_template(form), language()) if form else json_schema()
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


@command.command("import", cls=Command, help="form.help_import")
@click.argument("system")
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "-o", "target", cls=Option, type=click.Path(path_type=Path, dir_okay=False), required=True,
    help="form.option_out_json",
)  # fmt: skip
@click.option("--page", cls=Option, type=click.IntRange(1), help="form.option_page")
def import_form(system: str, source: Path, target: Path, page: int | None) -> None:
    """Another program's template → ours."""
    from importlib.metadata import entry_points

    from formscan.errors import StoreError, TemplateError, told
    from formscan.templates.build import template_json
    from formscan.templates.importers.pages import only_page

    points = {point.name: point for point in entry_points(group="formscan.importers")}
    if system not in points:
        known = ", ".join(sorted(points))
        raise TemplateError(system, (say("form.unknown_system", system=system, known=known),))
    template = only_page(points[system].load()(source), page)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(template_json(template), encoding="utf-8", newline="\n")
    except OSError as error:
        raise StoreError(told("store.no_file", file=target, why=error)) from error
    for warning in template.warnings:
        click.echo(say("form.shown_warning", warning=labelled(warning)), err=True)
    fields = sum(len(page.fields) for page in template.pages)
    click.echo(say("form.imported", path=target, form=template.form, fields=fields))
