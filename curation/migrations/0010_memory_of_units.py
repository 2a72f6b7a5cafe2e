from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("curation", "0006_bulk_judgements_by_pieces")]

    operations = [
        migrations.AddField("Unit", "memory", models.BigIntegerField(default=0)),
    ]
