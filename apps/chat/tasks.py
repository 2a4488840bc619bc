"""What the conversations do by themselves."""

from __future__ import annotations

from datetime import timedelta

from apps.chat import gaps, trash
from apps.core.tasks import crontab, periodic_task


# One that waited a minute in the queue is no use beside the next one.
@periodic_task(crontab(minute="*"), expires=timedelta(seconds=60))
def look_for_answers() -> None:
    """Looks whether what has come into the libraries answers a question that they did not."""
    gaps.look_again()


@periodic_task(crontab(minute="27", hour="*"))
def purge_conversations() -> None:
    """Lets go of the conversations that have been in the trash for 30 days."""
    trash.purge_trash()
