"""Salève: the environmental management system for international organisations."""

__version__ = "0.1.0"
