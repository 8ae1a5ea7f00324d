"""From the facts about a published package to a draft. Pure: everything was asked before."""

from dataclasses import dataclass, field
from typing import Any

from hub_build.convert.names import slug, title_of
from hub_build.scaffold import common, inputs, prose, usage, wording
from hub_build.scaffold.code import Code
from hub_build.scaffold.configurations import Configuration, configurations_of
from hub_build.scaffold.draft import GUESSED, Draft
from hub_build.scaffold.found import Setting, merged
from hub_build.scaffold.request import Request
from hub_build.scaffold.trial import Trial
from hub_build.upstream import Release

# Names in a remark, as a reminder; nobody reads more.
MAX_REST = 10
# Shorter ones, such as the package's name again, tell nobody anything.
MIN_DESCRIPTION = 15


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """What is known about a package before anything is started."""

    release: Release
    code: Code = field(default_factory=Code)

    @property
    def name(self) -> str:
        """The package's name, without the digest of an image."""
        return self.release.identifier.partition("@sha256:")[0]

    @property
    def readme(self) -> str:
        """The README, from the registry or from the package."""
        return self.release.readme or self.code.readme


def drafted(facts: PackageFacts, request: Request) -> Draft:
    """An entry for the package."""
    draft = Draft()
    release, readme = facts.release, facts.readme
    repository = release.repository or common.linked_repository(readme, facts.name)
    _add_wording(draft, facts, repository, request)
    common.add_version(draft, release.version, request)
    common.add_license(draft, release.license, facts.code.licences, readme)
    common.add_repository(draft, repository, release.directory)
    if repository and not release.repository:
        draft.remark(("repository",), f"{GUESSED}a link of the README")
    homepage = release.homepage or ""
    if homepage.startswith("https://") and not homepage.startswith(release.repository or "https://github.com/"):
        draft.known("websiteUrl", homepage)
    common.add_people(draft, request, repository)
    said = f"{draft.document['description']} {release.description or ''}"
    common.add_topics(draft, facts.name, said, release.keywords)
    configurations = configurations_of(readme, names_of(release))
    draft.known("packages", [_package(facts, configurations, draft)])
    _add_permissions(draft, facts)
    _add_smoke(draft)
    draft.known("update", {"from": release.registry_type})
    if release.withdrawn:
        draft.guessed("status", "deprecated", f"its registry says: {release.withdrawn}")
    return draft


def with_trial(draft: Draft, trial: Trial) -> Draft:
    """`draft` with what a start showed: flags of its help, and a call that proves that it works."""
    if trial.usage:
        _add_flags(draft, usage.flags_of(trial.usage), "its --help")
    simple = next((tool for tool in trial.tools if tool.simple), None)
    if simple:
        because = "a tool that needs no arguments; better, say what its answer contains"
        draft.guessed("smoke", {**draft.document.get("smoke", {}), "calls": [{"tool": simple.name}]}, because)
    if trial.failed:
        draft.remark(("id",), f"It was not seen running: {trial.failed}. Try `hub-build smoke` before you publish.")
    return draft


def names_of(release: Release) -> frozenset[str]:
    """What a configuration calls the package: its name, and its commands."""
    return frozenset([release.identifier, release.identifier.lower(), *release.executables])


def _add_wording(draft: Draft, facts: PackageFacts, repository: str | None, request: Request) -> None:
    release = facts.release
    draft.known("id", wording.id_of(facts.name, request.ids))
    last = facts.name.rpartition("/")[2]
    common.add_name(draft, release.server_name, repository, slug(last) or draft.document["id"])
    heading = wording.heading_of(facts.readme)
    draft.guessed("title", heading or title_of(draft.document["id"]), "from the README" if heading else "from the id")
    said = wording.description_of(release.description or "")
    if len(said) < MIN_DESCRIPTION or said.lower() == draft.document["title"].lower():
        said = wording.opening_of(facts.readme) or said or f"Tools of {draft.document['title']}."
    because = "from the package's own; say in at most 100 characters what one can do with it"
    draft.guessed("description", said, because)


def _package(facts: PackageFacts, configurations: list[Configuration], draft: Draft) -> dict[str, Any]:
    release = facts.release
    package: dict[str, Any] = {
        "registryType": release.registry_type,
        "identifier": release.identifier,
    }
    # An image's digest is its version and its integrity in one.
    if release.registry_type != "oci":
        package["version"] = release.version
    if release.integrity and release.registry_type != "oci":
        package["integrity"] = release.integrity
    package["transport"] = {"type": "stdio"}
    variables = inputs.variables(_variables(facts, configurations))
    arguments = inputs.without_twins(_arguments(facts, configurations), variables)
    for number, text in arguments.remarks.items():
        draft.remark(("packages", 0, "packageArguments", number), text)
    for number, text in variables.remarks.items():
        draft.remark(("packages", 0, "environmentVariables", number), text)
    _remark_on_the_rest(draft, facts, variables)
    if arguments.values:
        package["packageArguments"] = arguments.values
    if variables.values:
        package["environmentVariables"] = variables.values
    return package


def _arguments(facts: PackageFacts, configurations: list[Configuration]) -> inputs.Inputs:
    """Those of the first configuration that has any, and flags that the README has a line for."""
    words = next((one.arguments for one in configurations if one.arguments), ())
    # A configuration without arguments shows that the server does without.
    needed = all(one.arguments for one in configurations)
    found = inputs.configured(words)
    for value in found.values:
        if not needed and "isRequired" in value:
            del value["isRequired"]
    known = {str(value.get("name")) for value in found.values}
    described = {one.name: one for one in merged(prose.flags_of(facts.readme))}
    for value in found.values:
        one = described.get(str(value.get("name")))
        if one and one.description:
            value["description"] = one.description
    more = inputs.flags(one for name, one in described.items() if name not in known)
    values = [inputs.in_order(value) for value in (*found.values, *more.values)]
    return inputs.Inputs(values, found.remarks, more.left_out)


def _variables(facts: PackageFacts, configurations: list[Configuration]) -> list[Setting]:
    """Those that a configuration sets, and those that the README explains and the code reads."""
    sets = [set(one.variables) for one in configurations if one.variables]
    always = set.intersection(*sets) if sets else set()
    shown = [
        Setting(name, "the README's configuration", example=_harmless(name, value), configured=name in always)
        for one in configurations
        for name, value in one.variables.items()
        if name.replace("_", "").isalnum() and not name[0].isdigit()
    ]
    explained = prose.variables_of(facts.readme)
    known = {one.name for one in shown}
    read = facts.code.variables
    wanted = (one for one in explained if one.description or one.name in known or inputs.is_credential(one.name))
    return merged([*shown, *(one for one in wanted if one.name in known or not read or one.name in read)])


def _harmless(name: str, value: str) -> str:
    return "" if inputs.is_credential(name) else value


def _remark_on_the_rest(draft: Draft, facts: PackageFacts, variables: inputs.Inputs) -> None:
    declared = {value["name"] for value in variables.values}
    unexplained = sorted(
        name for name in facts.code.variables if name not in declared and inputs.is_asked(name) and "_" in name
    )
    rest = [*variables.left_out, *unexplained][:MAX_REST]
    if rest:
        text = f"Its code also reads {', '.join(rest)}; declare those that people should be able to set."
        draft.remark(("packages", 0, "environmentVariables" if declared else "transport"), text)


def _add_permissions(draft: Draft, facts: PackageFacts) -> None:
    package = draft.document["packages"][0]
    declared = [*package.get("packageArguments", ()), *package.get("environmentVariables", ())]
    online = facts.code.network or any(value.get("isSecret") or value.get("valueHint") == "url" for value in declared)
    files = any(value.get("format") == "filepath" for value in declared)
    draft.known("permissions", {"network": "any" if online else "none", "filesystem": "arguments" if files else "none"})
    hosts = f" Its code names {', '.join(facts.code.hosts)}." if facts.code.hosts and online else ""
    why = (
        "its code talks to others; better, list the hosts: [api.example.com]."
        if online
        else "its code seems to talk to nobody."
    )
    draft.remark(("permissions", "network"), f"{GUESSED}{why}{hosts}")
    draft.remark(("permissions", "filesystem"), f"{GUESSED}none, arguments (paths that the user gives), or any.")


def _add_smoke(draft: Draft) -> None:
    """Values for a test without credentials, where the server does not start without any."""
    package = draft.document["packages"][0]
    declared = [*package.get("packageArguments", ()), *package.get("environmentVariables", ())]
    required = [value for value in declared if value.get("isRequired") and not value.get("isSecret")]
    names = {_parameter(value): value.get("format") == "filepath" for value in required}
    folders = {name: ["."] for name, is_path in names.items() if is_path}
    needs = [name for name, is_path in names.items() if not is_path]
    if needs:
        draft.guessed(
            "smoke", {"needs": needs}, "no test can start it; if there is a value for one, write it in `arguments`"
        )
    elif folders:
        draft.guessed("smoke", {"arguments": folders}, "values for a test, which has a folder with a README.md")


def _parameter(value: dict[str, Any]) -> str:
    """What people set it by."""
    return str(value.get("valueHint") or value.get("name", "")).lstrip("-")


def _add_flags(draft: Draft, found: list[Setting], source: str) -> None:
    package = draft.document["packages"][0]
    arguments = package.get("packageArguments", [])
    known = {str(value.get("name")) for value in arguments}
    explained = {one.name: one.description for one in found}
    for value in arguments:
        if "description" not in value and explained.get(str(value.get("name"))):
            value["description"] = explained[str(value["name"])]
    arguments = [inputs.in_order(value) for value in arguments]
    if arguments:
        package["packageArguments"] = arguments
    more = inputs.flags(one for one in found if one.name not in known).values
    if more:
        draft.remark(("packages", 0, "packageArguments", len(arguments)), f"{GUESSED}from here on, from {source}")
        package["packageArguments"] = [*arguments, *more]
