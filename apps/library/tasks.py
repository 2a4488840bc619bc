"""What the library does by itself."""

from __future__ import annotations

from apps.core.tasks import crontab, periodic_task
from apps.library import trash


@periodic_task(crontab(minute="17", hour="*"))
def purge_trash() -> None:
    """Lets go of what has been in the trash for 30 days."""
    trash.purge_trash()
