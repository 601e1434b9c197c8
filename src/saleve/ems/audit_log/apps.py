"""The Django app of the audit log."""

from django.apps import AppConfig


class AuditLogConfig(AppConfig):
    """The hash-chained log."""

    name = "saleve.ems.audit_log"
    label = "audit_log"
    default_auto_field = "django.db.models.BigAutoField"
