"""A record as HTML and as Word: typed text is text, other programs read it, and it can be found the way by headings."""

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from docx import Document
from docx.document import Document as Word
from hypothesis import given, settings
from hypothesis import strategies as st

from supervision.export import EXTRACTS, FORMATS, export
from supervision.export.listing import listed, marked, rows_of
from supervision.model.changes import AddAction
from supervision.model.values import Matter, Session
from supervision.text import clean, one_line
from tests import factory as f
from tests.hostile import PAYLOADS, dangerous
from tests.test_export import filled, signed, squeezed

OURS = {
    *("html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "dl", "div", "dt", "dd"),
    *("ul", "li", "table", "thead", "tbody", "tr", "th", "td"),
}
"""The elements that we write ourselves; anything else came out of what somebody typed."""


def parsed(page: str) -> Element:
    tree: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    return tree


def shown(tree: Element) -> str:
    body = tree.find("body")
    assert body is not None
    return "".join(body.itertext())


def html(session: Session, **more: str) -> str:
    return export(session, "html", f.TODAY, **more).decode()  # type: ignore[arg-type]


def word(session: Session, **more: str) -> Word:
    return Document(io.BytesIO(export(session, "docx", f.TODAY, **more)))  # type: ignore[arg-type]


def words_in(document: Word) -> str:
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


# -- HTML ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [words for _, words in PAYLOADS], ids=[label for label, _ in PAYLOADS])
def test_typed_text_is_never_markup_in_html(words: str) -> None:
    page = html(filled(words))
    tree = parsed(page)
    assert {element.tag for element in tree.iter()} <= OURS
    assert {name for element in tree.iter() for name in element.attrib} <= {
        *("lang", "charset", "http-equiv", "content", "name", "class", "scope")
    }
    assert dangerous(page) == []
    if squeezed(clean(words)):
        assert squeezed(shown(tree)).count(squeezed(clean(words))) >= 15


@settings(max_examples=40)
@given(st.text(max_size=80))
def test_any_words_come_back_from_html_as_they_were(words: str) -> None:
    session = replace(f.session(), matters=(Matter(n=1, text=words),))
    assert squeezed(clean(words)) in squeezed(shown(parsed(html(session))))


def test_an_html_file_fetches_nothing_and_runs_nothing() -> None:
    page = html(signed())
    assert "default-src 'none'" in page
    assert not re.search(r"<(script|img|link|iframe|object|form|a)\b|url\(|@import|\bsrc=|\bhref=|\bon[a-z]+=", page)
    assert "size: A4" in page
    assert parsed(page).get("lang") == "en-GB"


def test_options_stand_side_by_side_and_questions_apart() -> None:
    tree = parsed(html(signed(), extract="decisions"))
    table = next(tree.iter("table"))
    assert [head.text for head in table.iter("th")][:3] == ["Option", "For the person", "For others"]
    assert [cell.text for cell in table.iter("td")][:2] == ["predictable, cold", "fair"]
    asked = [item.text for item in parsed(html(signed())).iter("li")]
    assert "What has this person known of boundaries?" in asked


# -- Word ---------------------------------------------------------------------------------------------------------


def several(size: int) -> list[str]:
    """All payloads, some of them at a time: making a Word file takes a while."""
    return ["\n".join(words for _, words in PAYLOADS[start : start + size]) for start in range(0, len(PAYLOADS), size)]


@pytest.mark.parametrize("words", several(12))
def test_typed_text_is_text_in_word(words: str) -> None:
    data = export(filled(words), "docx", f.TODAY)
    document = Document(io.BytesIO(data))
    found = words_in(document)
    assert dangerous(found) == []
    assert squeezed(found).count(squeezed(clean(words))) >= 15
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert not any(b'TargetMode="External"' in packed.read(name) for name in packed.namelist())
        assert packed.read("word/document.xml").count(b"instrText") == 0


def test_a_word_file_has_headings_lists_tables_and_a_language() -> None:
    document = word(signed())
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style]
    assert styles[0] == "Heading 1"
    assert {"Heading 2", "Heading 3", "List Bullet", "Quote"} <= set(styles)
    assert document.paragraphs[0].text == "Supervision session, 23 Nov 2026"
    table = document.tables[0]
    assert [cell.text for cell in table.rows[0].cells] == [
        *("Option", "For the person", "For the practitioner", "For others")
    ]
    assert table.rows[1].cells[0].text == "1. Hold the hours"
    about = document.core_properties
    assert (about.title, about.language, about.author) == ("Supervision session, 23 Nov 2026", "en-GB", "")
    assert 'w:lang w:val="en-GB"' in document.styles.element.xml
    width = document.sections[0].page_width
    assert width is not None and round(width.mm) == 210


@pytest.mark.long
@pytest.mark.parametrize("extract", EXTRACTS)
def test_libreoffice_opens_the_word_file(tmp_path: Path, extract: str) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not here")
    for name, session in (("plain", signed()), ("hostile", filled("\n".join(several(len(PAYLOADS)))))):
        matter = 1 if extract == "person" else None
        data = export(session, "docx", f.TODAY, extract=extract, matter=matter, who="Sam")
        (tmp_path / f"{name}.docx").write_bytes(data)
        home = f"-env:UserInstallation=file://{tmp_path}/office"
        command = [office, home, "--headless", "--convert-to", "txt:Text", "--outdir", str(tmp_path)]
        subprocess.run([*command, str(tmp_path / f"{name}.docx")], check=True, capture_output=True, timeout=300)
        text = (tmp_path / f"{name}.txt").read_text(encoding="utf-8")
        title = next(paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs)
        assert title in text


@settings(max_examples=10, deadline=None)
@given(st.text(max_size=200))
def test_any_words_come_back_from_word_as_they_were(words: str) -> None:
    session = replace(f.session(), matters=(Matter(n=1, text=words),))
    assert squeezed(clean(words)) in squeezed(words_in(word(session)))


@pytest.mark.long
def test_a_spreadsheet_calculates_nothing(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not here")
    session = f.session()
    for _, words in PAYLOADS:
        if one_line(words):
            session = f.done(session, AddAction(text=one_line(words)[:2_000], waiting_on=one_line(words)[:2_000]))
    (tmp_path / "a.csv").write_bytes(marked(listed(*rows_of(session, f.TODAY), "csv", f.NOW), "csv"))
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    command = [office, home, "--headless", "--convert-to", "fods", "--outdir", str(tmp_path), str(tmp_path / "a.csv")]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    made = tmp_path / "a.fods"
    if not made.exists():
        pytest.skip("LibreOffice is here without its spreadsheet")
    sheet = made.read_text(encoding="utf-8")
    assert "HYPERLINK" in sheet and "table:formula" not in sheet


# -- every format, every extract ----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("extract", EXTRACTS)
def test_every_extract_has_every_format_and_is_text(form: str, extract: str) -> None:
    words = "\n".join(clean(words) for _, words in PAYLOADS if len(words) < 200)
    data = export(filled(words), form, f.TODAY, extract=extract, who="x")
    text = words_in(Document(io.BytesIO(data))) if form == "docx" else data.decode()
    assert text.strip()
    assert dangerous(text) == []


def test_a_record_is_available_before_the_end_in_every_format_with_its_questions() -> None:
    session = replace(f.session(), notes=filled("x").notes)
    for form in FORMATS:
        data = export(session, form, date(2026, 11, 24))
        text = words_in(Document(io.BytesIO(data))) if form == "docx" else data.decode()
        assert "How do you arrive?" in text, form
