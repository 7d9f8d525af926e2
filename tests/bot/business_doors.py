"""What is said or tapped about business customers, and who may: the part of `test_doors.py` that is about them."""

BUSINESS: dict[str, set[str]] = {
    "/accounts": {"admin"},
    "go:accounts:0": {"admin"},
    "biz:new:0:0:": {"admin"},
    **{
        f"biz:{do}:1:0:": {"admin"}
        for do in ("contacts", "invite", "clauses", "new_clause", "manager", "limits", "ended")
    },
    "desk:account:CODE:2:": {"handler", "supervisor"},
    "desk:of_account:CODE:2:-": {"handler", "supervisor"},
}
