"""A job: who asked for what, how far it is, and how it ended."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

WAITING, RUNNING, DONE, FAILED, CANCELLED, INTERRUPTED = STATES = (
    "waiting",
    "running",
    "done",
    "failed",
    "cancelled",
    "interrupted",  # with the server, too often to be tried again by itself
)
OPEN = (WAITING, RUNNING)


class Job(models.Model):
    """One piece of long work; it outlives the page that started it, and the process that does it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operation = models.CharField(max_length=40)  # a name of ``work.WORK``
    who = models.CharField(max_length=254)
    language = models.CharField(max_length=10, default="en")  # of its sentences
    arguments = models.JSONField(default=dict)
    then = models.CharField(
        max_length=300, blank=True
    )  # where its result is looked at; may name parts of the result
    state = models.CharField(max_length=12, default=WAITING, db_index=True)
    fraction = models.FloatField(default=0.0)
    sentence = models.TextField(blank=True)  # what is being done, or how it ended
    result = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    made = models.DateTimeField(default=timezone.now)
    started = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made"]

    def __str__(self) -> str:
        return f"{self.operation} {self.state}"

    @property
    def open(self) -> bool:
        """Tell whether something is still to come."""
        return self.state in OPEN

    @property
    def address(self) -> str:
        """Return where the result is looked at; empty where there is none."""
        if self.state != DONE:
            return ""
        try:
            return str(self.then).format_map(self.result)
        except (KeyError, IndexError):  # the result has no such part: nothing came of it
            return ""

    def tell(self, **fields: Any) -> None:
        """Write these fields alone, so that a wish to stop that comes meanwhile is not overwritten."""
        type(self).objects.filter(pk=self.pk).update(**fields)
        for name, value in fields.items():
            setattr(self, name, value)
