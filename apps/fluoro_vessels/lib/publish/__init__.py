"""Approved labels as a data set for everybody: de-identified, described, checked; see docs/publishing.md.

Door: `publish.publish`.
"""
