from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("curation", "0008_sources_from_urls")]

    operations = [
        migrations.AddField("Unit", "memory", models.BigIntegerField(default=0)),
    ]
