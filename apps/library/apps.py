from importlib import import_module

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "apps.library"

    def ready(self) -> None:
        # Connects the receiver that takes stored files away.
        import_module("apps.library.trash")
