"""Who stands on the customer's side of a case, and as what: whoever made it, and who else belongs to their account.

Where two people of one account disagree, the one with the role `decision` decides (S13). While there is nobody with
it, whoever made the complaint does, so that no case is a dead end.
"""

from storage.accounts import DECISION
from storage.complaints import Complaint

COMPLAINANT, FILER, DECIDES, CONTACT = "complainant", "filer", "decides", "contact"


def standing(person_id: int | None, complaint: Complaint) -> str | None:
    """How somebody stands to the case on the customer's side; None for who does not."""
    filed = person_id is not None and complaint.customer_id == person_id
    role = complaint.account_contacts.get(str(person_id))
    if filed:
        return FILER if role not in (None, DECISION) and _decided_by_others(complaint) else COMPLAINANT
    if role is None:
        return None
    return DECIDES if role == DECISION else CONTACT


def belongs(person_id: int | None, complaint: Complaint) -> bool:
    """Whether what somebody says or does is the customer's word."""
    return standing(person_id, complaint) is not None


def deciders(complaint: Complaint) -> list[int]:
    """Who may decide for the customer."""
    everybody = dict.fromkeys([complaint.customer_id, *map(int, complaint.account_contacts)])
    return [each for each in everybody if standing(each, complaint) in (COMPLAINANT, DECIDES)]


def _decided_by_others(complaint: Complaint) -> bool:
    return DECISION in complaint.account_contacts.values()
