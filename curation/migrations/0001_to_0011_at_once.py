"""All tables as migrations 0001 to 0011 leave them: a new database takes this one way."""

import curation.models.upload
import django.contrib.auth.models
import django.contrib.auth.validators
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('curation', '0001_initial'), ('curation', '0002_audit_target'), ('curation', '0003_duplicates'), ('curation', '0004_explore'), ('curation', '0005_comments'), ('curation', '0006_bulk_judgements_by_pieces'), ('curation', '0007_uploads_in_pieces'), ('curation', '0008_sources_from_urls'), ('curation', '0009_memory_of_units'), ('curation', '0010_a_run_may_have_fewer_workers'), ('curation', '0011_processes_pauses_and_chores')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lease',
            fields=[
                ('name', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('holder', models.CharField(blank=True, max_length=100)),
                ('until', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='WorkerBeat',
            fields=[
                ('worker', models.CharField(max_length=100, primary_key=True, serialize=False)),
                ('queues', models.JSONField(default=list)),
                ('seen_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('role', models.CharField(choices=[('viewer', 'Viewer'), ('curator', 'Curator'), ('engineer', 'Engineer'), ('steward', 'Steward (rights and personal data)'), ('administrator', 'Administrator')], default='viewer', max_length=16)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'abstract': False,
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('hash', models.CharField(max_length=64, unique=True)),
                ('prefix', models.CharField(max_length=12)),
                ('scopes', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='Chore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('check', 'Check'), ('check-deep', 'Deep check'), ('collect-dry', 'Trial collection'), ('collect', 'Collection')], max_length=12)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('progress', models.JSONField(default=dict)),
                ('result', models.JSONField(null=True)),
                ('error', models.TextField(blank=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='Corpus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9][a-z0-9._-]{0,63}\\Z', "Use 1 to 64 lower-case letters, digits, '.', '_' or '-'; begin with a letter or digit.")])),
                ('title', models.CharField(blank=True, max_length=200)),
                ('description', models.TextField(blank=True)),
                ('licence', models.CharField(blank=True, max_length=100)),
                ('domain', models.CharField(blank=True, max_length=100)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'corpora',
                'ordering': ('name',),
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document_id', models.CharField(db_index=True, max_length=32)),
                ('text', models.CharField(max_length=2000)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('corpus', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='curation.corpus')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='OptOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('id', 'Document'), ('host', 'Host'), ('url', 'URL prefix')], max_length=4)),
                ('value', models.CharField(max_length=2000)),
                ('reason', models.CharField(blank=True, max_length=1000)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Recipe',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64, validators=[django.core.validators.RegexValidator('^[a-z0-9][a-z0-9._-]{0,63}\\Z', "Use 1 to 64 lower-case letters, digits, '.', '_' or '-'; begin with a letter or digit.")])),
                ('version', models.PositiveIntegerField()),
                ('toml', models.TextField()),
                ('content', models.JSONField()),
                ('sha256', models.CharField(max_length=64)),
                ('comment', models.CharField(blank=True, max_length=500)),
                ('shipped', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('name', '-version'),
                'constraints': [models.UniqueConstraint(fields=('name', 'version'), name='one_recipe_version')],
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('upload', 'Upload'), ('path', 'Server path'), ('url', 'URL')], max_length=8)),
                ('location', models.TextField()),
                ('blob', models.CharField(blank=True, max_length=64)),
                ('bytes', models.BigIntegerField(default=0)),
                ('format', models.CharField(default='auto', max_length=16)),
                ('licence', models.CharField(blank=True, max_length=100)),
                ('domain', models.CharField(blank=True, max_length=100)),
                ('parts', models.JSONField(default=list)),
                ('files', models.JSONField(default=list)),
                ('quarantine', models.JSONField(default=list)),
                ('fetched', models.JSONField(default=list)),
                ('documents', models.BigIntegerField(default=0)),
                ('characters', models.BigIntegerField(default=0)),
                ('quarantined', models.JSONField(default=dict)),
                ('file_count', models.IntegerField(default=0)),
                ('file_errors', models.IntegerField(default=0)),
                ('ready', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('corpus', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sources', to='curation.corpus')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('blob', ''), _negated=True), fields=('corpus', 'blob', 'location'), name='one_source_per_upload')],
            },
        ),
        migrations.CreateModel(
            name='Tokenizer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9][a-z0-9._-]{0,63}\\Z', "Use 1 to 64 lower-case letters, digits, '.', '_' or '-'; begin with a letter or digit.")])),
                ('origin', models.CharField(choices=[('trained', 'Trained here'), ('imported', 'Imported')], max_length=8)),
                ('blob', models.CharField(max_length=64)),
                ('vocab_size', models.IntegerField()),
                ('info', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('name',),
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('ingest', 'Ingest'), ('curate', 'Curation'), ('train', 'Tokenizer training'), ('export', 'Export')], max_length=8)),
                ('state', models.CharField(choices=[('running', 'Running'), ('paused', 'Paused'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], db_index=True, default='running', max_length=10)),
                ('arguments', models.JSONField()),
                ('stages', models.JSONField()),
                ('stage', models.CharField(blank=True, max_length=32)),
                ('followed', models.BooleanField(default=True)),
                ('reason', models.TextField(blank=True)),
                ('max_workers', models.PositiveSmallIntegerField(null=True)),
                ('resume_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('corpora', models.ManyToManyField(related_name='runs', to='curation.corpus')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('recipe', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='curation.recipe')),
                ('source', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='curation.source')),
                ('tokenizer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='curation.tokenizer')),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('manifest', models.CharField(db_index=True, max_length=64)),
                ('counts', models.JSONField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('corpora', models.ManyToManyField(related_name='snapshots', to='curation.corpus')),
                ('recipe', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='curation.recipe')),
                ('run', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='snapshot', to='curation.run')),
                ('tokenizer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='snapshots', to='curation.tokenizer')),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='BulkJudgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filter', models.JSONField(default=dict)),
                ('verdict', models.CharField(choices=[('keep', 'Keep'), ('drop', 'Drop'), ('prefer', 'Keep of its copies'), ('skip', 'Skip'), ('withdrawn', 'Withdrawn')], max_length=10)),
                ('documents', models.IntegerField()),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('state', models.CharField(choices=[('judging', 'Judging'), ('done', 'Done'), ('stopped', 'Stopped'), ('undoing', 'Undoing'), ('undone', 'Undone')], db_index=True, default='judging', max_length=8)),
                ('token', models.IntegerField(default=0)),
                ('since', models.BigIntegerField(default=0)),
                ('until', models.BigIntegerField(default=0)),
                ('position', models.BigIntegerField(default=0)),
                ('done', models.IntegerField(default=0)),
                ('judged', models.IntegerField(default=0)),
                ('undone', models.IntegerField(default=0)),
                ('began_at', models.DateTimeField(null=True)),
                ('moved_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='curation.snapshot')),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('format', models.CharField(choices=[('jsonl', 'JSON Lines (zstd)'), ('parquet', 'Parquet (Hugging Face)'), ('megatron', 'Megatron-LM .bin/.idx')], max_length=12)),
                ('settings', models.JSONField(default=dict)),
                ('manifest', models.CharField(blank=True, max_length=64)),
                ('files', models.JSONField(default=dict)),
                ('documents', models.BigIntegerField(default=0)),
                ('tokens', models.BigIntegerField(default=0)),
                ('bytes', models.BigIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='curation.snapshot')),
                ('tokenizer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='curation.tokenizer')),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='ReviewQueue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64, validators=[django.core.validators.RegexValidator('^[a-z0-9][a-z0-9._-]{0,63}\\Z', "Use 1 to 64 lower-case letters, digits, '.', '_' or '-'; begin with a letter or digit.")])),
                ('filter', models.JSONField(default=dict)),
                ('seed', models.IntegerField(default=0)),
                ('population', models.BigIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('corpus', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='queues', to='curation.corpus')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='curation.snapshot')),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document_id', models.CharField(db_index=True, max_length=32)),
                ('verdict', models.CharField(choices=[('keep', 'Keep'), ('drop', 'Drop'), ('prefer', 'Keep of its copies'), ('skip', 'Skip'), ('withdrawn', 'Withdrawn')], max_length=10)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('bulk', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='curation.bulkjudgement')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('corpus', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='curation.corpus')),
                ('queue', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='curation.reviewqueue')),
            ],
            options={
                'ordering': ('id',),
                'indexes': [models.Index(fields=['corpus', 'document_id', 'id'], name='judgement_latest')],
            },
        ),
        migrations.CreateModel(
            name='ReviewItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.IntegerField()),
                ('document_id', models.CharField(max_length=32)),
                ('part', models.IntegerField()),
                ('row', models.IntegerField()),
                ('version', models.IntegerField(default=0)),
                ('judgement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='curation.judgement')),
                ('queue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='curation.reviewqueue')),
            ],
            options={
                'ordering': ('position',),
                'constraints': [models.UniqueConstraint(fields=('queue', 'position'), name='one_item_position')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('query', models.CharField(blank=True, max_length=4000)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='curation.snapshot')),
            ],
            options={
                'ordering': ('name', 'id'),
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('answer', models.JSONField(null=True)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='curation.snapshot')),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(max_length=32)),
                ('part', models.CharField(blank=True, max_length=16)),
                ('key', models.CharField(max_length=64)),
                ('queue', models.CharField(max_length=16)),
                ('spec', models.JSONField()),
                ('state', models.CharField(choices=[('ready', 'Waiting'), ('leased', 'Working'), ('done', 'Done'), ('given_up', 'Given up'), ('cancelled', 'Cancelled')], default='ready', max_length=10)),
                ('not_before', models.DateTimeField(null=True)),
                ('token', models.IntegerField(default=0)),
                ('lease_until', models.DateTimeField(null=True)),
                ('losses', models.IntegerField(default=0)),
                ('failures', models.IntegerField(default=0)),
                ('result', models.JSONField(null=True)),
                ('known', models.BooleanField(default=False)),
                ('documents_done', models.BigIntegerField(default=0)),
                ('bytes_done', models.BigIntegerField(default=0)),
                ('memory', models.BigIntegerField(default=0)),
                ('error', models.TextField(blank=True)),
                ('worker', models.CharField(blank=True, max_length=100)),
                ('process', models.CharField(blank=True, max_length=80)),
                ('started_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='units', to='curation.run')),
            ],
            options={
                'ordering': ('run', 'id'),
                'constraints': [models.UniqueConstraint(fields=('run', 'stage', 'part'), name='one_unit')],
                'indexes': [models.Index(fields=['state', 'lease_until'], name='unit_state_lease')],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=curation.models.upload._unguessable, max_length=32, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('bytes', models.BigIntegerField()),
                ('fingerprint', models.CharField(max_length=500)),
                ('offset', models.BigIntegerField(default=0)),
                ('format', models.CharField(default='auto', max_length=16)),
                ('licence', models.CharField(blank=True, max_length=100)),
                ('domain', models.CharField(blank=True, max_length=100)),
                ('columns', models.JSONField(default=dict)),
                ('look', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('sending', 'Sending'), ('whole', 'Whole'), ('done', 'Done')], default='sending', max_length=8)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('moved_at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uploads', to=settings.AUTH_USER_MODEL)),
                ('corpus', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='curation.corpus')),
                ('source', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='curation.source')),
            ],
            options={
                'ordering': ('-id',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'sending')), fields=('corpus', 'by', 'fingerprint'), name='one_unfinished_upload')],
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('action', models.CharField(max_length=64)),
                ('target', models.CharField(max_length=200)),
                ('detail', models.JSONField(default=dict)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-id',),
                'indexes': [models.Index(fields=['target', 'action', 'at'], name='audit_target')],
            },
        ),
        migrations.CreateModel(
            name='PairVerdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.CharField(max_length=32)),
                ('second', models.CharField(db_index=True, max_length=32)),
                ('verdict', models.CharField(choices=[('apart', 'Not duplicates'), ('withdrawn', 'Withdrawn')], max_length=10)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('first_corpus', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='curation.corpus')),
                ('second_corpus', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='curation.corpus')),
            ],
            options={
                'ordering': ('id',),
                'indexes': [models.Index(fields=['first', 'second', 'id'], name='pair_latest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='pair_in_order')],
            },
        ),
        migrations.AddField(
            model_name='corpus',
            name='head',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='curation.snapshot'),
        ),
        migrations.AddField(
            model_name='corpus',
            name='tokenizer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='curation.tokenizer'),
        ),
        migrations.AddField(
            model_name='run',
            name='export',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='curation.export'),
        ),
        migrations.AddField(
            model_name='tokenizer',
            name='snapshot',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='curation.snapshot'),
        ),
    ]

