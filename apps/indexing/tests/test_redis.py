"""The same work with the queue in Redis."""

from __future__ import annotations

import pytest
import redis

from apps.accounts.models import User
from apps.indexing.models import IndexRun, Vector
from apps.indexing.tests.making import article, inserted_article
from apps.indexing.tests.workers import wait_until, worker
from apps.library.models import Document


def queued(url: str) -> int:
    """How many tasks were ever put into the queue there."""
    with redis.Redis.from_url(url) as server:
        return int(server.info("commandstats").get("cmdstat_zadd", {}).get("calls", 0))


@pytest.mark.django_db(transaction=True)
def test_documents_are_indexed_with_the_queue_in_redis(owner: User, redis_url: str) -> None:
    before = queued(redis_url)
    documents = [article(owner), inserted_article(owner, "Inserted", "By hand.")]
    with worker(REDIS_URL=redis_url):
        wait_until(lambda: Document.objects.filter(state=Document.State.READY).count() == 2)
    for document in documents:
        assert IndexRun.objects.get(document=document).state == IndexRun.State.DONE
        assert Vector.objects.filter(passage__document=document).exists()
    assert queued(redis_url) > before
