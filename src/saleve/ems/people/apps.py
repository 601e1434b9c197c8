"""The Django app of accounts and permissions."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Accounts, roles, tokens."""

    name = "saleve.ems.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
