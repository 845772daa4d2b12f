"""A page as a Word document: real headings, lists and tables, so that a reader can find the way by them."""

import io
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from supervision.export.blocks import Asked, Field, Fields, Heading, Page, Para, Table, title
from supervision.text import clean

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

LANGUAGE = "en-GB"
_BULLETS = ("", "List Bullet", "List Bullet 2", "List Bullet 3")


def docx(page: Page, today: date) -> bytes:
    """The page as the bytes of a .docx file."""
    from docx import Document as new

    document = new()
    _set_up(document, title(page), today)
    for block in page:
        match block:
            case Heading(level, words):
                document.add_heading(clean(words, lines=False), level)
            case Fields(items):
                _fields(document, items, 0)
            case Asked(questions):
                for question in questions:
                    document.add_paragraph(clean(question), style="Quote")
            case Para(words):
                document.add_paragraph(clean(words))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _fields(document: "Document", items: Iterable[Field], depth: int) -> None:
    for item in items:
        paragraph = document.add_paragraph(style=_BULLETS[min(depth, len(_BULLETS) - 1)] or None)
        _label(paragraph, item)
        if item.table:
            _table(document, item.table)
        else:
            _fields(document, item.under, depth + 1)


def _label(paragraph: "Paragraph", item: Field) -> None:
    paragraph.add_run(f"{clean(item.label, lines=False)}:").bold = True
    if item.text:
        paragraph.add_run(f" {clean(item.text)}")
    paragraph.paragraph_format.keep_with_next = bool(item.table or item.under)


def _table(document: "Document", table: Table) -> None:
    made = document.add_table(rows=0, cols=len(table.columns), style="Table Grid")
    heads = made.add_row()
    _flag(heads._tr.get_or_add_trPr(), "w:tblHeader")
    for cell, words in zip(heads.cells, table.columns, strict=True):
        _cell(cell, words, bold=True)
    for row in table.rows:
        added = made.add_row()
        _flag(added._tr.get_or_add_trPr(), "w:cantSplit")
        for cell, words in zip(added.cells, row, strict=True):
            _cell(cell, words)
    document.add_paragraph()  # a table and what follows it would else touch


def _cell(cell: "_Cell", words: str, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = 0
    paragraph.add_run(clean(words)).bold = bold or None


def _set_up(document: "Document", name: str, today: date) -> None:
    """The paper, the language, the styles and what the file says about itself."""
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(20)
    styles = document.styles
    language = styles.element.find(".//" + qn("w:rPrDefault") + "//" + qn("w:lang"))
    if language is not None:
        language.set(qn("w:val"), LANGUAGE)
    normal: Any = styles["Normal"]
    normal.font.size = Pt(11)
    normal.paragraph_format.space_after = Pt(4)
    for level, size in ((1, 18), (2, 14), (3, 12)):
        heading: Any = styles[f"Heading {level}"]
        heading.font.size, heading.font.color.rgb = Pt(size), RGBColor(0x1A, 0x1A, 0x1A)
        heading.paragraph_format.keep_with_next = True
    asked: Any = styles["Quote"]
    asked.font.color.rgb, asked.font.size = RGBColor(0x44, 0x44, 0x44), Pt(10)
    asked.paragraph_format.left_indent, asked.paragraph_format.space_after = Mm(6), Pt(2)
    asked.paragraph_format.keep_with_next = True
    about = document.core_properties
    about.title, about.language = clean(name, lines=False), LANGUAGE
    about.author = about.last_modified_by = about.comments = about.keywords = ""
    about.created = about.modified = datetime.combine(today, time())
    about.revision = 1
    _page_number(section.footer.paragraphs[0])


def _page_number(paragraph: "Paragraph") -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = words
        run._r.append(element)


def _flag(properties: Any, name: str) -> None:
    from docx.oxml import OxmlElement

    properties.append(OxmlElement(name))
