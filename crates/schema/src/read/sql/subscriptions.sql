-- Subscriptions of this database. Never `subconninfo`: it holds a password, and only superusers may read it.
SELECT 'subscription' AS kind, s.subname AS name, pg_get_userbyid(s.subowner) AS owner,
       nullif(s.subenabled, false) AS enabled, nullif(s.subbinary, false) AS binary,
       s.subslotname AS slot, s.subsynccommit AS synchronous_commit, s.subpublications AS publications,
       d.description AS comment
FROM pg_subscription s
LEFT JOIN pg_description d ON d.objoid = s.oid AND d.classoid = 'pg_subscription'::regclass AND d.objsubid = 0
WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
