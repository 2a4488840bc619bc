"""The same work with the queue in Redis."""

from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.indexing.tests.making import article, inserted_article
from apps.indexing.tests.workers import wait_until, worker
from apps.library.models import Document


@pytest.mark.django_db(transaction=True)
def test_documents_are_indexed_with_the_queue_in_redis(owner: User, redis_url: str) -> None:
    article(owner)
    inserted_article(owner, "Inserted", "By hand.")
    with worker(REDIS_URL=redis_url):
        wait_until(lambda: Document.objects.filter(state=Document.State.READY).count() == 2)
