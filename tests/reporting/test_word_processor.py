"""The Word document opens in a word processor and comes out as pages with ink on them."""

import re
import shutil
import subprocess
from pathlib import Path

import pypdf
import pytest

OFFICE, PICTURES = shutil.which("soffice"), shutil.which("pdftoppm")


@pytest.fixture(scope="module")
def printed(report: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Word document as the word processor prints it."""
    if not (OFFICE and PICTURES):
        pytest.skip(
            "soffice and pdftoppm are not installed (packages libreoffice-writer-nogui, poppler-utils)"
        )
    folder = tmp_path_factory.mktemp("printed")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, report["docx"]]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / report["docx"].with_suffix(".pdf").name


def test_the_word_processor_prints_the_figures_of_the_first_page(printed, facts):
    text = re.sub(r"\s", "", pypdf.PdfReader(printed).pages[0].extract_text())

    assert f"{facts['total'].value:,.0f}" in text
    assert facts.header.document_number in text


def test_every_page_has_ink_on_it(printed, tmp_path):
    subprocess.run([PICTURES, "-r", "10", "-gray", printed, tmp_path / "page"], check=True, timeout=120)
    pictures = sorted(tmp_path.glob("page*"))

    assert len(pictures) == len(pypdf.PdfReader(printed).pages)
    assert all(min(picture.read_bytes()[20:]) < 200 for picture in pictures)
