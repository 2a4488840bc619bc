from importlib import import_module

from django.apps import AppConfig


class IndexingConfig(AppConfig):
    name = "apps.indexing"

    def ready(self) -> None:
        # Connects what listens to the library.
        import_module("apps.indexing.listeners")
