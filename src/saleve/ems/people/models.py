"""Persons, the roles they hold, and the tokens by which their programs sign in."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone

from saleve.ems.people.permissions import Operation, Role, Scope, role_name


class People(BaseUserManager):
    """Finds and makes persons by their address."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Make a person; without a password, only a link or single sign-on lets them in."""
        person = self.model(email=_lower(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Find by address, in whatever case it is typed."""
        return self.get(email=_lower(username or ""))


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody with an account; ``is_operator`` opens the stock admin pages and is no role."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)
    joined = models.DateTimeField(default=timezone.now)

    objects = People()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "email"]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def state(self) -> str:
        """Return ``active``, ``invited`` (never signed in, no password yet) or ``closed``."""
        if not self.is_active:
            return "closed"
        return "active" if self.has_usable_password() or self.last_login else "invited"

    @property
    def is_staff(self) -> bool:
        """Tell the stock admin pages who may enter them."""
        return self.is_active and self.is_operator

    def get_full_name(self) -> str:
        """Return the name that the stock pages show."""
        return str(self)

    def grants_held(self) -> list["Grant"]:
        """Return the roles of the person, read once a request."""
        if not hasattr(self, "_grants_held"):
            self._grants_held = list(self.grants.all())
        return self._grants_held

    def operations_held(self) -> frozenset[Operation] | None:
        """Return the operations of the token by which the person came; ``None``: came in person, no limit."""
        token: Token | None = getattr(self, "came_by_token", None)
        held = None if token is None else frozenset(map(Operation, token.operations))
        return None if held is None else held | {Operation.OWN_ACCOUNT}  # the description of the API


class Grant(models.Model):
    """A role of a person, everywhere or for some categories, units and sites."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    categories = models.JSONField(default=list, blank=True)
    units = models.JSONField(default=list, blank=True)
    sites = models.JSONField(default=list, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["role", "id"]

    def __str__(self) -> str:
        return role_name(self.role_held)

    @property
    def role_held(self) -> Role:
        """Return the role."""
        return Role(self.role)

    @property
    def scope(self) -> Scope:
        """Return the places of the role."""
        return Scope(frozenset(self.categories), frozenset(self.units), frozenset(self.sites))


class Link(models.Model):
    """A link by which a person chooses a password: an invitation or a new start; only its hash is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.person} {self.expires:%Y-%m-%d}"


class Token(models.Model):
    """A key for a program: it may do what its person may, and of that only the operations named; only its hash is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    operations = models.JSONField(default=list)
    made = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField(null=True)
    last_used = models.DateTimeField(null=True)
    withdrawn = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made", "-id"]

    def __str__(self) -> str:
        return self.name


def _lower(email: str) -> str:
    return email.strip().lower()
