"""An option that doesn't exist."""

from pinterest_audiences import Options

options = Options(time_out=3)  # wrong
