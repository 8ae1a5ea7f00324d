"""The file that `hub-launch init` writes: every key with a comment, and servers that start without an account."""

from collections.abc import Sequence

from hub_launch.config.defaults import DEFAULT_HOST, DEFAULT_PORT

SCHEMA = "https://raw.githubusercontent.com/mcp-hub-launch/registry/main/schema/hub.schema.json"
"""Where editors find what may stand in the file."""

_TEXT = """\
# yaml-language-server: $schema={schema}
# What `hub-launch run` starts. All keys: https://mcp-hub-launch.github.io/registry/docs/configuration/

hub:
  host: {host}
  port: {port}
  # idle: 30                 # minutes after which unused servers are ended; the next call starts them again
  # watch: true              # follow changes of this file while the hub runs
  # sandbox: require         # start no server that cannot be shut in
  # token: keyring:hub       # ask clients for it; `hub-launch secret set hub` keeps it. Or ${{HUB_TOKEN}}
  # tlsCert: cert.pem        # serve https
  # tlsKey: key.pem

# registries:                # without this, those of `hub-launch registry list`
#   - name: work
#     place: https://registry.example.com
#     root: root.json

servers:                     # by id; `hub-launch search WORDS` finds them, `hub-launch info ID` has their parameters
{servers}
  # filesystem:
  #   set:
  #     folder: [., ~/notes] # one value, or several; ${{NOTES:-~/notes}} is a variable or else ~/notes
  #   version: 2026.8.31     # without it, the registry's latest
  #   start: lazy            # with the first call of it
  #   enabled: false         # `hub-launch enable filesystem` and `disable` change this

# profiles:                  # `hub-launch run --profile work` starts these alone
#   work: [{first}]
"""


def starting_file(servers: Sequence[str]) -> str:
    """The text of a first hub.yaml with these servers."""
    lines = "\n".join(f"  {one}:" for one in servers)
    return _TEXT.format(schema=SCHEMA, host=DEFAULT_HOST, port=DEFAULT_PORT, servers=lines, first=", ".join(servers))
