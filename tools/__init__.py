"""The tools that make the book: run them from the root of the repository, as `python -m tools.NAME`."""
