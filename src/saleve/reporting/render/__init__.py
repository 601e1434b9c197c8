"""From the one Markdown of a document to docx, html, pdf and xlsx."""
