"""Which data a recording was made on: what d2lutils.data says that it has handed out in this process."""

from d2lutils import data


def data_used() -> dict[str, str]:
    """{name of a data set: what stood for it} so far; empty where the package keeps no such list."""
    return dict(data.sources_used()) if hasattr(data, "sources_used") else {}


def all_data(several) -> dict[str, str]:
    """One list out of those of several runs. If one data set was another thing in another run, both are named."""
    found: dict[str, list[str]] = {}
    for sources in several:
        for name, what in sources.items():
            if what not in found.setdefault(name, []):
                found[name].append(what)
    return {name: ", ".join(whats) for name, whats in sorted(found.items())}
