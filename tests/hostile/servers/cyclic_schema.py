"""Describes its arguments with a schema that refers to itself."""

from _wire import Server


class Evil(Server):
    tools = (
        {
            "name": "act",
            "inputSchema": {
                "type": "object",
                "properties": {"next": {"$ref": "#"}, "other": {"$ref": "#/$defs/a"}},
                "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}},
            },
        },
    )


Evil().run()
