"""From the figures of one inventory to a document: one Markdown, rendered as docx, html, pdf and xlsx."""
