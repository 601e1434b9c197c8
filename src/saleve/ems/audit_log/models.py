"""The entries of the audit log, each holding the hash of the one before."""

from typing import Any, ClassVar, NoReturn

from django.db import models


class Entries(models.QuerySet):
    """Entries are added and read, never changed or removed."""

    def update(self, **_fields: Any) -> NoReturn:
        """Refuse."""
        raise PermanentError

    def delete(self) -> NoReturn:
        """Refuse."""
        raise PermanentError


class PermanentError(RuntimeError):
    """An entry of the audit log is for ever."""


class Entry(models.Model):
    """Who did what to which thing when; ``digest`` covers all of it and the digest before."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    who = models.CharField(max_length=254)
    operation = models.CharField(max_length=60, db_index=True)
    thing = models.CharField(max_length=300)
    details = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, unique=True)  # no two entries follow the same one
    digest = models.CharField(max_length=64)

    objects = Entries.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-number"]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.number} {self.operation}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the entry; one that stands already is not written again."""
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        raise PermanentError
