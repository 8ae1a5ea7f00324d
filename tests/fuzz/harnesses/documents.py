"""The reader of YAML and JSON: findings with a place, or a document that the most used readers read alike."""

import json

import yaml

from hub_build.samples import SAMPLES
from hub_launch.judge.load import ENTRY, JSON_SPEC, YAML_SPEC, Loaded, load_bytes

SEEDS = [
    *(yaml.safe_dump(one, allow_unicode=True).encode() for one in SAMPLES),
    json.dumps(SAMPLES[0]).encode(),
    b"a: &x [1]\nb: *x\n<<: {c: 1}\n---\n...\n%YAML 1.2\n",
    b"a: !!str 1\nb: |\n  x\nc: >-\n  y\n? d\n: e\n",
    b'{"a": [1e5, -0, true, null, "\\ud800\\u0000"]}',
]
WORDS = ["- ", ": ", "? ", "&a ", "*a", "!!", "<<", "---", "...", "%YAML", "|", ">-", "\\x", "\\u", "{", "}", "\ufeff"]


def check(data: bytes) -> None:
    for profile in (ENTRY, YAML_SPEC, JSON_SPEC):
        loaded = load_bytes(data, "x.yaml", profile)
        found = loaded.findings if isinstance(loaded, Loaded) else loaded
        assert isinstance(loaded, Loaded) or found
        assert all(one.line >= 1 and one.message for one in found)
    strict, as_json = load_bytes(data, "x.yaml", ENTRY), loaded
    if isinstance(strict, Loaded) and not strict.findings:
        assert strict.document == yaml.load(data, yaml.CSafeLoader)
    if isinstance(as_json, Loaded) and not as_json.findings:
        assert as_json.document == json.loads(data)
