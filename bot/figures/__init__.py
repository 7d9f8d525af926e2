"""Figures in the messenger: reports and digests for those who answer for the desk."""
