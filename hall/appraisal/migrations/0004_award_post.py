"""A model post is given for a post of the house, where the house keeps one for the person."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('appraisal', '0003_seeds'),
        ('organisation', '0002_center_number_stays'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='award',
            name='post',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.post', verbose_name='岗位'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(('post__isnull', True), ('kind', 'post'), _connector='OR'), name='award_post_of_model_post', violation_error_message='只有党员示范岗授予岗位。'),
        ),
    ]
