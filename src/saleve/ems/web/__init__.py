"""The pages: layout, design system, and one module an area."""
