"""Gettext catalogs: every sentence a person reads, in every language of the desk."""
