"""What the organisation's file says of complaints that are none of the organisation's."""

from backoffice.organisation_file import Reason, Words


class ScopeReason(Reason):
    """Why a complaint is none of the organisation's; `place`: where such matters belong, if that is always the same."""

    place: Words | None = None
