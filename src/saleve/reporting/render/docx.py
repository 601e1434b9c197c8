"""The report as an editable Word document: real styles and numbering, running header, bookmarks behind the figures."""

import subprocess
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import pypandoc

from saleve.reporting.render.document import ASSETS, Document, convert

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEADER_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
# A4 with the first page apart: its head is the masthead of the document.
_SECTION = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rId90"/><w:headerReference w:type="first" r:id="rId91"/>'
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1531" w:right="1417" w:bottom="1361" w:left="1417" w:header="737"'
    ' w:footer="567" w:gutter="0"/><w:titlePg/></w:sectPr>'
)


def render(document: Document, out_path: Path) -> None:
    """Write the document by the organisation's own template if there is one, else by ours."""
    template = document.reference_docx or _reference(document)
    convert(
        document,
        "docx",
        f"--reference-doc={template}",
        f"--output={out_path}",
        f"--metadata=lang:{document.language}",
    )


def _reference(document: Document) -> Path:
    """Write our Word template, its running header filled in, from the one pandoc carries."""
    path = document.pictures / "reference.docx"
    with ZipFile(BytesIO(_default_template())) as old, ZipFile(path, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, _part(name, old.read(name)))
        new.writestr("word/header1.xml", _header(document))
        new.writestr("word/header2.xml", _xml("hdr", "<w:p/>"))
    return path


def _default_template() -> bytes:
    command = [pypandoc.get_pandoc_path(), "--print-default-data-file=reference.docx"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def _part(name: str, content: bytes) -> bytes:
    if name in {"word/styles.xml", "word/numbering.xml"}:
        return (ASSETS / Path(name).name).read_bytes()
    if name == "word/document.xml":
        return _xml("document", f"<w:body><w:p/>{_SECTION}</w:body>").encode()
    if name == "word/_rels/document.xml.rels":
        added = "".join(
            f'<Relationship Id="rId{90 + index}" Type="{_RELATIONS}/header" Target="header{index + 1}.xml"/>'
            for index in range(2)
        )
        return content.replace(b"</Relationships>", added.encode() + b"</Relationships>")
    if name == "[Content_Types].xml":
        added = "".join(
            f'<Override PartName="/word/header{index}.xml" ContentType="{_HEADER_TYPE}"/>' for index in (1, 2)
        )
        return content.replace(b"</Types>", added.encode() + b"</Types>")
    return content


def _header(document: Document) -> str:
    header = document.facts.header
    page = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    content = (
        f"{_run(header.organisation)}<w:r><w:tab/></w:r>{_run('– ')}{page}{_run(' –')}<w:r><w:tab/></w:r>"
        f"{_run(header.document_number)}"
    )
    return _xml("hdr", f'<w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>{content}</w:p>')


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _xml(root: str, content: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:{root} xmlns:w="{_MAIN}" xmlns:r="{_RELATIONS}">{content}</w:{root}>'
    )
