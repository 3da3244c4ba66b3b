"""What was run, and on which line of time the database is meant to live."""

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Epoch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('system', models.CharField(max_length=20, verbose_name='数据库集群')),
                ('timeline', models.PositiveIntegerField(verbose_name='时间线')),
                ('begun_at', models.DateTimeField(verbose_name='启用时间')),
                ('reason', models.CharField(max_length=200, verbose_name='缘由')),
            ],
            options={
                'verbose_name': '时间线',
                'verbose_name_plural': '时间线',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('backup', '备份'), ('check', '检查'), ('drill', '恢复演练'), ('restore', '恢复')], max_length=10, verbose_name='种类')),
                ('began_at', models.DateTimeField(verbose_name='开始')),
                ('ended_at', models.DateTimeField(verbose_name='结束')),
                ('succeeded', models.BooleanField(verbose_name='成功')),
                ('says', models.CharField(max_length=500, verbose_name='结果')),
                ('facts', models.JSONField(blank=True, default=dict, verbose_name='数字')),
            ],
            options={
                'verbose_name': '备份记录',
                'verbose_name_plural': '备份记录',
                'ordering': ['-ended_at', '-id'],
                'indexes': [models.Index(fields=['kind', '-ended_at'], name='backup_run_kind')],
            },
        ),
    ]
