from importlib import import_module

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "apps.events"

    def ready(self) -> None:
        # Connects the receivers that end the streams of who leaves.
        import_module("apps.events.goodbye")
