"""What all package loaders share."""

from collections.abc import Sequence

from hub_launch.catalog import EnvironmentVariable, Package
from hub_launch.errors import HubError
from hub_launch.plan.context import Context
from hub_launch.plan.launch import Packaged, StdioLaunch
from hub_launch.plan.parameters import Values


def package_launch(
    server: str,
    title: str,
    package: Package,
    values: Values,
    context: Context,
    *,
    runner: Sequence[str],
    command: Sequence[str],
) -> StdioLaunch:
    """A package started by a runner: runner, its arguments, what it runs, that one's arguments."""
    if package.transport.type != "stdio":
        raise HubError(
            f"{server}: packages that open a port of their own ({package.transport.type}) cannot be started yet",
            "use a package of it that speaks stdio, or one of its remotes",
        )
    runtime = tuple(values.arguments(package.runtime_arguments))
    arguments = tuple(values.arguments(package.package_arguments))
    return process_launch(
        server,
        title,
        package.registry_type,
        (*runner, *runtime, *command, *arguments),
        package.environment_variables or (),
        values,
        context,
        runner=runner[0],
        packaged=Packaged(package, runtime, arguments=arguments),
    )


def process_launch(
    server: str,
    title: str,
    kind: str,
    argv: Sequence[str],
    variables: Sequence[EnvironmentVariable],
    values: Values,
    context: Context,
    *,
    runner: str = "",
    packaged: Packaged | None = None,
    programs: Sequence[str] = (),
) -> StdioLaunch:
    """A process that is given the declared variables and what its runner needs. Raises MissingParameters."""
    declared = values.environment(variables)
    values.check_complete()
    return StdioLaunch(
        id=server,
        title=title,
        kind=kind,
        argv=tuple(argv),
        env=context.environment(runner=runner) | declared,
        declared=tuple(declared),
        secrets=frozenset(values.secrets),
        cwd=str(context.work_dir / server),
        packaged=packaged,
        paths=tuple(values.paths),
        programs=tuple(programs),
    )
