"""The reader's own copy of the book, kept up to date and opened in JupyterLab: `make lab`, `python -m tools.lab`."""
