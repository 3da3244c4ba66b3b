"""What this room tells the others when it opens: its indicators, its numbers, its line of the rail."""

from hall.access import navigation
from hall.facts import parameters
from hall.facts.parameters import Key
from hall.pledges import definitions


def announce() -> None:
    """Fill the registries; called once from AppConfig.ready."""
    definitions.announce()
    parameters.declare(Key("pledges.handover_days", "移交须在几个工作日内接收", "个工作日", least=1, most=20))
    parameters.declare(Key("pledges.small_group", "不足多少件的数字不公布", "件", least=1, most=100))
    navigation.register("五个零", "pledges:board", "pledges.view", order=35)
