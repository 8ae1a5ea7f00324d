"""The benchmarks' own parts, as modules. Their folder is not on the path: its scripts are no modules."""

import importlib.util
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "benchmarks"

for name in ("bigsite", "hubs", "measures", "soaking"):
    folder = FOLDER / name
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
