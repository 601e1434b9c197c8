"""The Django app of long work."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Jobs and their progress."""

    name = "saleve.ems.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
