"""The folder of `checking` is on the path of the tests below it."""
