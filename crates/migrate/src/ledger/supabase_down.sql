DELETE FROM supabase_migrations.schema_migrations WHERE version = {version};
