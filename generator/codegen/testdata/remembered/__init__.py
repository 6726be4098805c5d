"""The resources that the fake server remembers: those that paths and schemas tell by themselves."""
