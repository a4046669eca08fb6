"""Lines of print and of handwriting, with the real engines."""

from __future__ import annotations

import numpy as np
import pytest

from formscan.extract import line as line_module
from formscan.extract.engines.ppocr import model_path
from formscan.extract.engines.tesseract import PrintedLine, languages
from formscan.extract.handwriting import SuggestedLine, recognise
from formscan.extract.line import LineReader
from formscan.extract.printed import weigh_print
from formscan.geometry import BoxMm
from formscan.page import FieldCrop
from formscan.settle.accept import judge
from formscan.simulate.alphabet import Strokes
from formscan.simulate.chance import stream
from formscan.simulate.glyphs import BuiltInGlyphs
from formscan.simulate.hand import draw_writer
from formscan.simulate.ink import draw_strokes
from formscan.simulate.machine import type_line
from formscan.simulate.scribble import line_of_text
from formscan.simulate.severity import SEVERITIES
from formscan.templates.model import Choice, Field, PageLayout, Template
from formscan.templates.question import Question

VILLAGES = ("Sukamaju", "Wonosari", "Kebonagung", "Tegalrejo", "Mekarjaya")
TEMPLATE = Template(
    form="t",
    version="1",
    pages=(PageLayout(page=1, width_mm=90, height_mm=90),),
    questions=(
        Question(
            name="nomor",
            path="/data/nomor",
            type="text",
            constraint="regex(., '^[A-Z]{2}-[0-9]{5}$')",
        ),
    ),
    code_lists={
        "desa": tuple(
            Choice(value=str(number), labels={"id": name})
            for number, name in enumerate(VILLAGES, 1)
        )
    },
)
PX = 300 / 25.4
BOX = BoxMm(x=0, y=0, width=80, height=9)
printed = pytest.mark.skipif(not languages(), reason="tesseract is missing: see `formscan doctor`")
handwritten = pytest.mark.skipif(model_path() is None, reason="rapidocr is missing: make setup")


def field(name="x", **kwargs):
    return Field(name=name, kind="text_line", box=BOX, **kwargs)


DESA = {"value_type": "select_one", "code_list": "desa", "error_kind": "code"}


def paper():
    size = (round(BOX.bottom * PX), round(BOX.right * PX), 3)
    return np.clip(np.random.default_rng(3).normal(235, 4, size), 0, 255).astype(np.uint8)


def typed(text, seed=1):
    picture = paper()
    type_line(picture, PX, text, BOX, stream(seed, text))
    return picture


def by_hand(text, seed=1):
    picture = paper()
    rng = stream(seed, "hand")
    writer = draw_writer(1, BuiltInGlyphs.of("h", rng), SEVERITIES["clean"], rng)
    strokes: Strokes
    strokes, said = line_of_text(writer, text, BOX, rng)
    draw_strokes(picture, strokes, writer.pen, PX, rng)
    assert said == text.upper()
    return picture


def crop(picture, wanted):
    return FieldCrop(
        field=wanted, gray=picture.min(axis=2), px_per_mm=PX, origin_mm=(0.0, 0.0),
        paper=235.0, ink=40.0,
    )  # fmt: skip


def read(*pairs):
    readings = LineReader().read([crop(*pair) for pair in pairs], TEMPLATE)
    return [judge(pair[1], one, TEMPLATE) for pair, one in zip(pairs, readings, strict=True)]


@printed
def test_all_printed_lines_of_a_page_are_read_in_one_process(monkeypatch):
    calls = []
    real = line_module.read_lines
    monkeypatch.setattr(
        line_module, "read_lines", lambda *given: calls.append(len(given[0])) or real(*given)
    )
    free, listed = field("a", printed=True), field("b", printed=True, **DESA)
    found = read(
        (typed("Surat Keterangan"), free),
        (paper(), field("e", printed=True)),
        (typed("Wonosari"), listed),
    )
    assert calls == [2]
    assert [one.reading.raw for one in found] == ["Surat Keterangan", "", "Wonosari"]
    assert [one.value for one in found] == ["Surat Keterangan", "", "2"]
    assert [one.doubt for one in found] == ["low_confidence", "", ""]
    assert found[1].blank


@printed
@handwritten
def test_print_counts_where_it_has_the_form_asked_for_and_both_readers_agree():
    found = read(
        (typed("RM-00417"), field("nomor", printed=True)),
        (typed("RM 417"), field("nomor", printed=True)),
        (typed("20417"), field("n", printed=True, value_type="integer", error_kind="number")),
    )
    assert [one.value for one in found] == ["RM-00417", "RM 417", "20417"]
    assert [one.doubt for one in found] == ["", "low_confidence", ""]


@pytest.mark.parametrize(
    ("said", "second", "sure"),
    [
        (PrintedLine("RM-00417", 0.9), SuggestedLine("RM-00417", 0.9), True),
        (PrintedLine("RM-00417", 0.9), SuggestedLine("RM-00411", 0.9), False),
        (PrintedLine("RM-00417", 0.9), None, False),
        (PrintedLine("RM-00417", 0.3), SuggestedLine("RM-00417", 0.9), False),
        (PrintedLine("RM-417", 0.9), SuggestedLine("RM-417", 0.9), False),
    ],
)
def test_one_reader_alone_never_settles_print(said, second, sure):
    candidates, confidence = weigh_print(said, second, field("nomor", printed=True), TEMPLATE)
    assert candidates[0].text == said.text
    assert (confidence >= 0.995) is sure


def test_a_missing_tesseract_costs_only_the_printed_lines(monkeypatch):
    monkeypatch.setattr(line_module, "languages", lambda: "")
    (found,) = read((typed("Wonosari"), field("a", printed=True, **DESA)))
    assert found.doubt == "unreadable"
    (blank,) = read((paper(), field("a", printed=True)))
    assert blank.blank


@handwritten
def test_free_handwriting_is_a_picture_with_a_suggestion():
    found, blank = read((by_hand("WONOSARI"), field()), (paper(), field()))
    assert found.reading.raw == "WONOSARI"
    assert found.value == ""
    assert found.pending
    assert not found.doubt
    assert blank.blank


@handwritten
def test_a_list_settles_handwriting_and_an_unlisted_name_goes_to_a_person():
    listed = field(**DESA)
    found, other = read((by_hand("TEGALREJO"), listed), (by_hand("TEGALSARI"), listed))
    assert (found.value, found.doubt) == ("4", "")
    assert other.doubt == "low_confidence"


def test_without_the_recogniser_handwriting_stays_a_picture(monkeypatch):
    monkeypatch.setattr(line_module, "model_path", lambda: None)
    free, listed = read((by_hand("WONOSARI"), field()), (by_hand("WONOSARI"), field(**DESA)))
    assert free.reading.raw == "1"
    assert not free.doubt
    assert listed.doubt == "unreadable"


@handwritten
def test_paper_alone_says_nothing():
    assert recognise(paper()[..., 0]).text == ""
