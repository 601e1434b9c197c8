"""Cells to values. Each parser works out the distinct cells of a column once and joins the answers back."""
