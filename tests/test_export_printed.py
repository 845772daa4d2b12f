"""What is exported as other programs print it: a browser the web page, LibreOffice the Word file; on A4, all of it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from supervision.export import EXTRACTS, export
from supervision.model.values import Session
from tests import factory as f
from tests.hostile import PAYLOADS
from tests.test_export import filled, signed, squeezed

pytestmark = pytest.mark.long
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
A4 = (595, 842)


def there(*names: str) -> str:
    """One of these programs; without any the test is left out, in CI as well, where installing one takes too long."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"{names[0]} is not here")
    return found


def sessions() -> dict[str, Session]:
    return {"plain": signed(), "hostile": filled("\n".join(words for _, words in PAYLOADS if len(words) < 500))}


def words_on_paper(pdf: Path) -> str:
    """What stands on the pages, each of which has to be of the right size."""
    told = subprocess.run([there("pdfinfo"), str(pdf)], check=True, capture_output=True, text=True).stdout
    size = re.search(r"Page size: +([\d.]+) x ([\d.]+)", told)
    assert size is not None and (round(float(size[1])), round(float(size[2]))) == A4
    command = [there("pdftotext"), "-layout", str(pdf), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("extract", EXTRACTS)
def test_a_browser_prints_the_page(tmp_path: Path, extract: str) -> None:
    browser = there(*BROWSERS)
    for name, session in sessions().items():
        page, pdf = tmp_path / f"{name}.html", tmp_path / f"{name}.pdf"
        matter = 1 if extract == "person" else None
        page.write_bytes(export(session, "html", f.TODAY, extract=extract, matter=matter, who="Sam"))
        subprocess.run(
            [
                *(browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'browser'}"),
                *("--no-pdf-header-footer", f"--print-to-pdf={pdf}", page.as_uri()),
            ],
            check=True,
            capture_output=True,
            timeout=300,
        )
        text = words_on_paper(pdf)
        title = re.search("<title>(.*)</title>", page.read_text())
        assert title is not None and squeezed(title[1]) in squeezed(text)
        if name == "plain" and extract == "record":
            for note in session.notes:
                for run in note.runs:
                    assert squeezed(run.text) in squeezed(text)


@pytest.mark.parametrize("extract", EXTRACTS)
def test_libreoffice_prints_the_word_file(tmp_path: Path, extract: str) -> None:
    office = there("soffice")
    for name, session in sessions().items():
        file = tmp_path / f"{name}.docx"
        matter = 1 if extract == "person" else None
        file.write_bytes(export(session, "docx", f.TODAY, extract=extract, matter=matter, who="Sam"))
        home = f"-env:UserInstallation=file://{tmp_path}/office"
        command = [office, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        text = words_on_paper(tmp_path / f"{name}.pdf")
        title = export(session, "txt", f.TODAY, extract=extract, matter=matter, who="Sam").decode().split("\n")[0]
        assert squeezed(title) in squeezed(text)
