-- Checks what was deferred, and lets it be deferred again for the scripts that follow in the same transaction. By name,
-- since SET CONSTRAINTS ALL would also hold for constraints that a later script makes. A pending check would also
-- forbid ALTER TABLE on its table.
DO $flush$
DECLARE
    deferred pg_catalog.text;
BEGIN
    FOR deferred IN
        SELECT DISTINCT pg_catalog.format('%I.%I', n.nspname, c.conname)
        FROM pg_catalog.pg_constraint AS c
        INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.connamespace
        WHERE c.condeferred
    LOOP
        EXECUTE pg_catalog.format('SET CONSTRAINTS %s IMMEDIATE', deferred);
        EXECUTE pg_catalog.format('SET CONSTRAINTS %s DEFERRED', deferred);
    END LOOP;
END
$flush$;
