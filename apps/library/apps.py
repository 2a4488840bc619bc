from importlib import import_module

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "apps.library"

    def ready(self) -> None:
        # Connects the receivers: stored files are taken away, the owner gets the samples.
        import_module("apps.library.trash")
        import_module("apps.library.sample_library")
