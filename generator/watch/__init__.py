"""Changes of an API: their meaning, and the lines of programs that they break."""
