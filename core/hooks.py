"""Named places where an app takes part in what a package below it does, which knows nothing of it.

A package declares its hooks in its module `hooks`, each with a sentence that says who asks and what
a receiver is given and gives. An app registers its receivers in its module `receivers`. Those
modules are imported in the order of INSTALLED_APPS once every model is there, so the order of
receivers is the same in every process, and an app that is not installed takes no part.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Generic, TypeVar

from django.apps import apps
from django.db.models import Model
from django.utils.module_loading import module_has_submodule

Receiver = TypeVar("Receiver")


class AlreadyRegistered(Exception):
    """A receiver was registered twice, or a second one where there is room for one."""


class Hook(Generic[Receiver]):
    """Receivers in the order in which they were registered; iterate over it to ask each."""

    def __init__(self, purpose: str):
        self.purpose = purpose
        self._receivers: list[Receiver] = []

    def register(self, *receivers: Receiver) -> None:
        for receiver in receivers:
            if receiver in self._receivers:
                raise AlreadyRegistered(f"{receiver!r} is registered already.")
            self._receivers.append(receiver)

    def __iter__(self) -> Iterator[Receiver]:
        return iter(self._receivers)


class SingleHook(Generic[Receiver]):
    """At most one receiver: something that only one app can do for the others."""

    def __init__(self, purpose: str):
        self.purpose = purpose
        self.receiver: Receiver | None = None

    def register(self, receiver: Receiver) -> None:
        if self.receiver is not None:
            raise AlreadyRegistered(f"{self.receiver!r} is registered already.")
        self.receiver = receiver


class ModelHook(Generic[Receiver]):
    """Receivers for records of one model each."""

    def __init__(self, purpose: str):
        self.purpose = purpose
        self._receivers: dict[type[Model], list[Receiver]] = {}

    def register(self, model: type[Model], *receivers: Receiver) -> None:
        held = self._receivers.setdefault(model, [])
        for receiver in receivers:
            if receiver in held:
                raise AlreadyRegistered(f"{receiver!r} is registered already.")
            held.append(receiver)

    def of(self, model: type[Model]) -> tuple[Receiver, ...]:
        """The receivers for this model, none for its parents."""
        return tuple(self._receivers.get(model, ()))

    @property
    def models(self) -> tuple[type[Model], ...]:
        """The models that have receivers."""
        return tuple(self._receivers)


AnyHook = Hook | SingleHook | ModelHook


def declared() -> dict[str, AnyHook]:
    """Every hook of every installed app, by its dotted name."""
    found = {}
    for app in apps.get_app_configs():
        if module_has_submodule(app.module, "hooks"):
            module = import_module(f"{app.name}.hooks")
            found |= {
                f"{app.name}.hooks.{name}": hook
                for name, hook in vars(module).items()
                if isinstance(hook, AnyHook)
            }
    return found
