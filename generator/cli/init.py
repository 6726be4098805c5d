from .command import Command
COMMAND = Command("init", "start a client", "", lambda p: None, lambda o, s: 0)
