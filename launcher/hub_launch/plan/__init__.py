"""From an entry and the user's parameters to what exactly would be started. Pure: starts and fetches nothing."""

from hub_launch.plan.context import Context
from hub_launch.plan.launch import About, Balance, HttpLaunch, Inside, Isolation, Launch, Packaged, StdioLaunch, choices
from hub_launch.plan.parameters import MissingParameters, Parameter, Values, declared
from hub_launch.plan.planner import parameters_of, plan
from hub_launch.plan.plugins import PlugIn, plugin_problem, register_loader
from hub_launch.plan.stdio import process_launch

__all__ = [
    "About",
    "Balance",
    "Context",
    "HttpLaunch",
    "Inside",
    "Isolation",
    "Launch",
    "MissingParameters",
    "Packaged",
    "Parameter",
    "PlugIn",
    "StdioLaunch",
    "Values",
    "choices",
    "declared",
    "parameters_of",
    "plan",
    "plugin_problem",
    "process_launch",
    "register_loader",
]
