-- Event triggers.
SELECT
       t.oid, -- for plans
       'event trigger' AS kind, t.evtname AS name, pg_get_userbyid(t.evtowner) AS owner,
       t.evtevent AS event, t.evttags AS tags, t.evtfoid::regproc::text AS function,
       CASE t.evtenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'enabled for replicas only'
                         WHEN 'A' THEN 'always enabled' END AS enabled,
       d.description AS comment
FROM pg_event_trigger t
LEFT JOIN pg_description d ON d.objoid = t.oid AND d.classoid = 'pg_event_trigger'::regclass AND d.objsubid = 0
WHERE NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_event_trigger'::regclass AND e.objid = t.oid AND e.deptype = 'e')
