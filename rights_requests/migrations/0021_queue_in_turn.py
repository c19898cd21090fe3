from typing import Any

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

from privacy.online_indexes import AddIndexAgain

OPEN = Q(('state__in', ('completed', 'refused', 'withdrawn', 'handed_over')), _negated=True)
ATTENTION = Q(('state', 'needs_attention'), Q(OPEN, ('alerted', 101)), _connector='OR')
TURN = ['due_at', 'received_at', 'id']


def made(name: str, fields: list[str], condition: Q, **more: Any) -> AddIndexAgain:
    index = models.Index(fields=fields, condition=condition, name=name, **more)
    return AddIndexAgain(model_name='rightsrequest', index=index)


class Migration(migrations.Migration):
    # The indexes are made, and those whose place they take go, while the table is used.
    atomic = False

    dependencies = [
        ('rights_requests', '0020_recipients_for_staff'),
    ]

    operations = [
        made('open_in_turn', TURN, OPEN, include=('right', 'regime', 'state', 'paused_at', 'assignee', 'alerted')),
        made('open_in_turn_of_nobody', TURN, Q(OPEN, ('assignee__isnull', True))),
        made('open_in_turn_by_assignee', ['assignee', *TURN], OPEN),
        made('open_in_turn_by_right', ['right', *TURN], OPEN),
        made('open_in_turn_by_state', ['state', *TURN], OPEN),
        made('attention_in_turn', TURN, ATTENTION),
        *(
            RemoveIndexConcurrently(model_name='rightsrequest', name=name)
            for name in (
                'request_open',
                'open_by_due',
                'open_of_nobody',
                'open_by_assignee',
                'open_by_right',
                'open_by_state',
                'needs_attention',
            )
        ),
    ]
