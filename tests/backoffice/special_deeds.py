"""What is done with cases that are set aside, and what their complainants say to it; these names are rights, too."""

from backoffice import merging, scope, withdrawing
from backoffice.work import Work
from storage.complaints import Complaint


def merge(work: Work, case: Complaint) -> None:
    """Into the newest of the older ones; into itself, which is refused, where there is none."""
    merging.merge(work, case, next(iter(merging.masters(work, case)), case))


def exclude(work: Work, case: Complaint) -> None:
    scope.propose(work, case, "employment")


OWN = {"withdraw": withdrawing.withdraw, "contest_exclusion": scope.contest, "unmerge": merging.contest}
OURS = {"exclude": exclude, "merge": merge}
