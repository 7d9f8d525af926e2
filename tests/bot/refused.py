"""How people are refused, as the catalogs have it in English."""

NOT_ALLOWED = "You do not have the right to do this. If you need it, please ask your administrator."
NOT_FOUND = "We found no such case for you. Please check the code, or choose from your list."
NO_DRAFT = "This draft is no longer there. You can begin a new one from the menu."
NO_ACTION = "We found no such action for you. Please check the number, or choose from your list."
NO_INQUIRY = "This question does not wait for you any more."
SECRET = "This complaint was not made from this account. If it is yours, please send its secret."
WRONG = (
    "Code and secret do not belong together. Please check both and send the secret again. After five wrong secrets a"
    " complaint can no longer be opened with one."
)
NO_TASK = "We found nothing of this kind for you to carry out. Please choose from your list."
