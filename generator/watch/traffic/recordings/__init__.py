"""Recorded HTTP exchanges: HAR 1.2, cassettes of vcrpy and VCR, and speclock's own lines of JSON.

A recording is untrusted: it is read in pieces, within limits, and nothing in it is executed.
"""
