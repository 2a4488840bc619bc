from django.db import migrations

# By itself Postgres takes what is over 2 KB out of its row and tries to compress it: signs are as good as random. What
# is stored already stays where it is, and is read as it was.
KEEP_IN_ROWS = """
ALTER TABLE indexing_passagewords ALTER COLUMN signs SET STORAGE EXTERNAL;
ALTER TABLE indexing_passagewords SET (toast_tuple_target = 8160);
"""
AS_BEFORE = """
ALTER TABLE indexing_passagewords RESET (toast_tuple_target);
ALTER TABLE indexing_passagewords ALTER COLUMN signs SET STORAGE EXTENDED;
"""


class Migration(migrations.Migration):
    dependencies = [("indexing", "0002_a_sketch_is_one_row_and_says_when_it_came")]

    operations = [migrations.RunSQL(KEEP_IN_ROWS, AS_BEFORE)]
