-- Identity systems keep registers up to date by SCIM 2.0 (RFC 7644), each with a bearer token for one register.
CREATE TABLE scim_token (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    register TEXT NOT NULL,
    name TEXT NOT NULL,
    token_hash {bytes} NOT NULL UNIQUE, -- SHA-256
    account_id {int64} NOT NULL REFERENCES staff_account (id), -- who made it
    created_s {int64} NOT NULL,
    used_s {int64} NOT NULL DEFAULT 0, -- to a few minutes
    revoked_s {int64} NOT NULL DEFAULT 0 -- 0: it is good
) {strict};

-- RFC 7644 3.6: a deleted user is not found any more; the row stays, as that of everybody who left
ALTER TABLE staff_member ADD COLUMN is_removed {int64} NOT NULL DEFAULT 0;
