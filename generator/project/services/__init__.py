"""The operations that the command line offers, as functions of plain values."""
