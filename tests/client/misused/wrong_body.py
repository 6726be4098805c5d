"""A model of another kind as the body."""

from pinterest_audiences import Pinterest
from pinterest_audiences.models import Audience

Pinterest("token").audiences.create("1", Audience())  # wrong
