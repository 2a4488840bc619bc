"""The vector extension, and the tables in which Postgres carries the queue and the cache when there is no Redis.

The queue's tables are as huey's PostgresStorage would make them; made here so that nothing connects at import.
"""

from django.db import migrations
from pgvector.django import VectorExtension

QUEUE = """
create table if not exists huey_kv (
    queue text not null, key text not null, value bytea not null, primary key (queue, key));
create table if not exists huey_schedule (
    id bigserial primary key, queue text not null, data bytea not null, timestamp double precision not null);
create index if not exists huey_schedule_queue_timestamp on huey_schedule (queue, timestamp);
create table if not exists huey_task (
    id bigserial primary key, queue text not null, data bytea not null, priority double precision not null default 0.0);
create index if not exists huey_task_queue_priority_id on huey_task (queue, priority desc, id);
create table if not exists huey_counter (
    queue text not null, key text not null, value bigint not null default 0, primary key (queue, key));
"""
NO_QUEUE = "drop table if exists huey_kv, huey_schedule, huey_task, huey_counter"
CACHE = """
create table if not exists django_cache (
    cache_key varchar(255) not null primary key, value text not null, expires timestamp with time zone not null);
create index if not exists django_cache_expires on django_cache (expires);
"""
NO_CACHE = "drop table if exists django_cache"


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        VectorExtension(),
        migrations.RunSQL(QUEUE, NO_QUEUE),
        migrations.RunSQL(CACHE, NO_CACHE),
    ]
