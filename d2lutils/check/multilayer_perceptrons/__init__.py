"""The checks of this part's exercises, a file for each chapter."""
