-- The user store. Run once, in an empty database; accounts are then copied into users(username, tenant, salt, password_hash).

-- Accounts. `tenant` is empty for the default tenant; `password_hash` is scrypt, as stacks/auth/service/README.md says.
CREATE TABLE users (
    username      text PRIMARY KEY,
    tenant        text NOT NULL DEFAULT '',
    salt          bytea NOT NULL,
    password_hash bytea NOT NULL,
    created       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX users_tenant ON users (tenant) WHERE tenant <> '';

-- Staging has a user table of its own. Nobody who is real is in it.
CREATE SCHEMA staging;
CREATE TABLE staging.users (LIKE public.users INCLUDING ALL);
INSERT INTO staging.users (username, tenant, salt, password_hash)
SELECT 'tester' || n, '', sha256(('salt ' || n)::bytea), sha256(('nobody ' || n)::bytea)
FROM generate_series(1, 3) AS n;

-- Leaked passphrases, as SHA-256 in hexadecimal. Long passwords are looked up here.
CREATE TABLE leaked_passphrases (
    digest text PRIMARY KEY
);
INSERT INTO leaked_passphrases
SELECT encode(sha256(('leaked ' || n)::bytea), 'hex')
FROM generate_series(1, 2000) AS n;

-- Is a passphrase (given as its digest) on the list? The wait is the training stack's latency: it stands for a list that
-- is too large for this machine, and it burns no CPU. Calls are therefore slow and right, for a few users, always.
CREATE FUNCTION passphrase_known(digest text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    PERFORM pg_sleep(0.7);
    RETURN EXISTS (SELECT FROM leaked_passphrases AS leaked WHERE leaked.digest = passphrase_known.digest);
END
$$;

-- Logins of the past, imported from the archive.
CREATE TABLE login_audit (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL,
    username text NOT NULL,
    outcome  text NOT NULL
);
INSERT INTO login_audit (at, username, outcome)
SELECT now() - n * interval '37 seconds',
       'member' || n * 7919 % 4000,
       (ARRAY['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'wrong password', 'limited', 'expired'])[1 + n * 31 % 10]
FROM generate_series(1, 20000) AS n;

-- The report that one replica asks for every few seconds. It reads the whole table; the wait stands for the part that is in
-- cold storage. It has been this slow for as long as anybody remembers, and no login waits for it.
CREATE FUNCTION audit_report() RETURNS TABLE (outcome text, logins bigint, people bigint)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_sleep(0.25);
    RETURN QUERY
        SELECT audit.outcome, count(*), count(DISTINCT audit.username)
        FROM login_audit AS audit
        GROUP BY audit.outcome;
END
$$;

-- Known sizes give good plans from the first query on.
ANALYZE;
