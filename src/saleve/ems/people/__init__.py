"""Accounts, roles with their places, tokens, and the one table of permissions."""
