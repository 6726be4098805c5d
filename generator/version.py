"""The version of speclock."""

__version__ = "0.1.0"
