"""What `make test` costs, by part: a table from the records that pytest leaves (JUnit's XML).

    make test
    python -m benchmarks.tests_by_part build/tests.xml build/notebooks.xml
"""

import sys
import xml.etree.ElementTree as XML
from collections import defaultdict


def part(classname: str) -> str:
    """"tests/layers" of tests.layers.test_losses, "chapters" of a notebook, "tests" of a file right in it."""
    first, *rest = classname.replace("/", ".").split(".")
    return f"{first}/{rest[0]}" if first == "tests" and len(rest) > 1 else first


def seconds(records: list[str]) -> dict[str, list[float]]:
    """{part: [seconds of each test]}; set-up and tear-down count, as they do in the record."""
    found = defaultdict(list)
    for record in records:
        for case in XML.parse(record).iter("testcase"):
            found[part(case.get("classname"))].append(float(case.get("time")))
    return dict(sorted(found.items()))


def table(records: list[str]) -> str:
    rows = [(name, times) for name, times in seconds(records).items()]
    rows.append(("all", [time for _, times in rows for time in times]))
    lines = ["| part | tests | seconds | slowest |", "|---|--:|--:|--:|"]
    lines += [f"| {name} | {len(times):,} | {sum(times):,.0f} | {max(times):.1f} |" for name, times in rows]
    return "\n".join(lines)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    print(table(sys.argv[1:]))
