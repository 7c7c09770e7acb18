-- Subscriptions of this database. Never `subconninfo`: it holds a password, and only superusers may read it.
SELECT
       s.oid, -- for plans
       'subscription' AS kind, s.subname AS name, pg_get_userbyid(s.subowner) AS owner,
       nullif(s.subenabled, false) AS enabled, nullif(s.subbinary, false) AS binary,
       s.subslotname AS slot, nullif(s.subsynccommit, 'off') AS synchronous_commit, s.subpublications AS publications,
       CASE s.substream::text WHEN 'true' THEN 'on' WHEN 't' THEN 'on' WHEN 'p' THEN 'parallel' END AS streaming,
       CASE WHEN s.subtwophasestate <> 'd' THEN true END AS two_phase,
       nullif(s.subdisableonerr, false) AS disable_on_error,
       nullif(s.suborigin, 'any') AS origin, -- since 16
       nullif(s.subpasswordrequired, true) AS password_required, -- since 16
       nullif(s.subrunasowner, false) AS run_as_owner, -- since 16
       nullif(s.subfailover, false) AS failover, -- since 17
       d.description AS comment
FROM pg_subscription s
LEFT JOIN pg_description d ON d.objoid = s.oid AND d.classoid = 'pg_subscription'::regclass AND d.objsubid = 0
WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
