"""From an entry and the user's parameters to what exactly would be started. Pure: starts and fetches nothing."""

from hub_launch.plan.context import Context
from hub_launch.plan.launch import HttpLaunch, Inside, Launch, Packaged, StdioLaunch
from hub_launch.plan.parameters import MissingParameters, Parameter, Values
from hub_launch.plan.planner import parameters_of, plan

__all__ = [
    "Context",
    "HttpLaunch",
    "Inside",
    "Launch",
    "MissingParameters",
    "Packaged",
    "Parameter",
    "StdioLaunch",
    "Values",
    "parameters_of",
    "plan",
]
