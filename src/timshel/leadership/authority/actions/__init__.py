"""What is done about rights: accounts, roles, grants, tokens, and accounts of programs."""

from timshel.leadership.authority.actions.accounts import (
    LONGEST_NAME,
    LONGEST_ORIGIN,
    NAME_TAKEN,
    Throttled,
    WrongCredentials,
    create_account,
    define_role,
    forget_attempts,
    grant_role,
    set_password,
    sign_in,
    withdraw_role,
)
from timshel.leadership.authority.actions.service_accounts import (
    AccountContent,
    change_service_account,
    create_service_account,
    end_service_account,
    hand_over_service_accounts,
)
from timshel.leadership.authority.actions.tokens import (
    TOKEN_MARK,
    issue_service_token,
    issue_token,
    note_token_use,
    revoke_token,
)

__all__ = [
    "LONGEST_NAME",
    "LONGEST_ORIGIN",
    "NAME_TAKEN",
    "TOKEN_MARK",
    "AccountContent",
    "Throttled",
    "WrongCredentials",
    "change_service_account",
    "create_account",
    "create_service_account",
    "define_role",
    "end_service_account",
    "forget_attempts",
    "grant_role",
    "hand_over_service_accounts",
    "issue_service_token",
    "issue_token",
    "note_token_use",
    "revoke_token",
    "set_password",
    "sign_in",
    "withdraw_role",
]
