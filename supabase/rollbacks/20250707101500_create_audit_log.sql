-- Takes back 20250707101500_create_audit_log: the table that it made goes, with its rows.

-- Stop writing first, also in the table that came earlier.
DROP TRIGGER IF EXISTS project_members_audit ON public.project_members;
DROP FUNCTION IF EXISTS public.audit_project_member();
DROP FUNCTION IF EXISTS public.record_audit(uuid, text, text, text, jsonb);

-- reject_change() stays: it came with the event log.
DROP TABLE IF EXISTS public.audit_log;
