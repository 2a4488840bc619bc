import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Cast

KEEP = """
CREATE TABLE indexing_sketch_before AS
SELECT sketch.owner_id, sketch.space_id, sketch.passage_id, passage.document_id,
    -- What is sent of bits is how many they are, four bytes, and then they.
    string_agg(substring(varbit_send(one.signs) FROM 5), ''::bytea ORDER BY sketch.part, one.place) AS signs
FROM indexing_sketch AS sketch
JOIN indexing_passage AS passage ON passage.id = sketch.passage_id
CROSS JOIN LATERAL unnest(sketch.signs) WITH ORDINALITY AS one (signs, place)
-- Each row of a long passage began with the signs of the whole.
WHERE sketch.part = 0 OR one.place > 1
GROUP BY sketch.owner_id, sketch.space_id, sketch.passage_id, passage.document_id
"""
PUT_BACK = """
INSERT INTO indexing_sketch (owner_id, space_id, passage_id, document_id, signs)
SELECT owner_id, space_id, passage_id, document_id, signs FROM indexing_sketch_before ORDER BY passage_id;
DROP TABLE indexing_sketch_before;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("indexing", "0001_initial"),
        ("library", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(KEEP),
        migrations.DeleteModel("Sketch"),
        migrations.CreateModel(
            name="Sketch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("signs", models.BinaryField()),
                (
                    "made_in",
                    models.BigIntegerField(
                        db_default=Cast(
                            Cast(models.Func(function="pg_current_xact_id"), models.TextField()),
                            models.BigIntegerField(),
                        )
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="library.document",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "passage",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="indexing.passage",
                    ),
                ),
                (
                    "space",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="indexing.embeddingspace",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["owner", "space", "made_in"], name="sketch_owner_space")],
                "constraints": [models.UniqueConstraint(fields=("passage", "space"), name="sketch_once")],
            },
        ),
        migrations.RunSQL(PUT_BACK),
    ]
