# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes plugins/module_utils/marathon/schema_table.py, the fields of a Marathon app.

    python3 tools/marathon_schema.py tools/data/marathon-app-schema.json            writes the table
    python3 tools/marathon_schema.py tools/data/marathon-app-schema.json --check    fails when the table is not up to date

The input was read from the RAML types that Marathon 1.11 is generated from (its "source" says which files). The output is
text, not Python data: a module sends its imports to the host at each call, and one string literal compiles quickest.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Dict, List

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "plugins" / "module_utils" / "marathon" / "schema_table.py"
INT32_MAXIMUM = 2**31 - 1
PRIMITIVES = ("string", "integer", "number", "boolean")
BOUNDS = (("minimum", "min"), ("maximum", "max"), ("minLength", "minlen"), ("maxLength", "maxlen"), ("minItems", "minitems"),
          ("maxItems", "maxitems"))

HEADER = '''# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of a Marathon 1.11 app; written by tools/marathon_schema.py, which is the place to change anything.

TYPES: a line with @ starts a type; the lines after it are its fields. NAME KIND TRAITS, where [KIND] is a list, {KIND} a
dictionary with any keys, and A|B one of several types. Bounds named item* hold for the items of a list.
"""

from __future__ import annotations

'''


class Problem(Exception):
    """The input has something that the table has no form for; the message says where."""


def kind(spec: Dict[str, Any], where: str) -> str:
    """The kind column of a type or field."""
    if "$ref" in spec:
        return spec["$ref"].rsplit("/", 1)[1]
    if "oneOf" in spec:
        return "|".join(kind(each, where) for each in spec["oneOf"])
    if spec.get("type") == "array":
        return f"[{kind(spec['items'], where)}]"
    if spec.get("type") == "object":
        patterns = list(spec.get("patternProperties", {}).values())
        if len(patterns) == 1 and not spec.get("properties") and patterns[0].get("type") != "nil":
            return "{" + kind(patterns[0], where) + "}"
        return "object"
    if spec.get("type") in PRIMITIVES:
        return spec["type"]
    raise Problem(f"{where} has no known type: {spec}")


def bounds(spec: Dict[str, Any], prefix: str = "") -> List[str]:
    """Minimum, maximum and lengths; a 32-bit integer has a maximum of its own."""
    found = [f"{prefix}{short}={spec[long]:g}" for long, short in BOUNDS if long in spec]
    if spec.get("type") == "integer" and spec.get("format") == "int32" and "maximum" not in spec:
        found.append(f"{prefix}max={INT32_MAXIMUM}")
    return found


def traits(spec: Dict[str, Any], required: bool = False) -> List[str]:
    """The traits column of a type or field."""
    found = bounds(spec)
    items = spec.get("items", {})
    if "$ref" not in items:
        found += bounds(items, "item")
    for name in ("uniqueItems", "deprecated"):
        if spec.get(name):
            found.append({"uniqueItems": "set"}.get(name, name))
    if required:
        found.append("required")
    if spec.get("enum"):
        found.append("one=" + "|".join(spec["enum"]))
    if "default" in spec:
        found.append("default=" + json.dumps(spec["default"]))
    if "pattern" in spec:
        found.append("match=" + spec["pattern"])
    for trait in found:
        if " " in trait or '"""' in trait:
            raise Problem(f"the trait {trait} cannot stand in the table")
    return found


def type_lines(name: str, spec: Dict[str, Any]) -> List[str]:
    """The lines of one type."""
    lines = [" ".join([f"@{name}", kind(spec, name), *traits(spec)])]
    for field, inner in spec.get("properties", {}).items():
        where = f"{name}.{field}"
        lines.append(" ".join([field, kind(inner, where), *traits(inner, field in spec.get("required", []))]))
    return lines


def render(source: Dict[str, Any]) -> str:
    """The text of schema_table.py for the parsed input."""
    lines = [line for name, spec in sorted(source["types"].items()) for line in type_lines(name, spec)]
    validation = source["validation"]
    lists = (
        ("READ_ONLY", source["read_only_fields"]),
        ("RESERVED_NAMES", validation["id_last_segment_forbidden"]),
    )
    text = HEADER + 'TYPES = r"""\n' + "\n".join(lines) + '\n"""\n\n'
    for name, values in lists:
        text += f"{name} = (\n" + "".join(f"    {json.dumps(value)},\n" for value in values) + ")\n"
    return text + f'ID_SEGMENT = r"{validation["id_segment_regex"]}"\n'


def main() -> int:
    """Write or check the table; the exit status is 1 when --check finds a difference."""
    parser = argparse.ArgumentParser(description="Writes the schema that the module marathon_app checks apps by.")
    parser.add_argument("source", type=Path, help="marathon-app-schema.json")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the table is not what would be written")
    arguments = parser.parse_args()
    text = render(json.loads(arguments.source.read_text(encoding="utf-8")))
    if not arguments.check:
        OUTPUT.write_text(text, encoding="utf-8")
    elif OUTPUT.read_text(encoding="utf-8") != text:
        print(f"{OUTPUT.relative_to(ROOT)} is not what {Path(__file__).name} writes; run it without --check.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
