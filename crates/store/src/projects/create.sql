INSERT INTO public.projects (owner_id, name)
VALUES ($1, $2)
RETURNING id, owner_id, name, created_at, updated_at
