-- Statements prepared by SQL, never those of the client's protocol.
DO $deallocate$
DECLARE
    prepared pg_catalog.text;
BEGIN
    FOR prepared IN SELECT s.name FROM pg_catalog.pg_prepared_statements s WHERE s.from_sql LOOP
        EXECUTE pg_catalog.format('DEALLOCATE %I', prepared);
    END LOOP;
END
$deallocate$;
