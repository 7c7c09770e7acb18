-- The plaintext of secrets is destroyed, on purpose and for good.
--
-- Every row that the service could encrypt has been encrypted for weeks. A row that is still not (its project was
-- locked, or its value was empty) stays with an empty value and the key id 'none': the interface asks for it to be set
-- again.

ALTER TABLE public.secrets DISABLE TRIGGER secrets_touch_updated_at;

UPDATE public.secrets
SET ciphertext = coalesce(ciphertext, ''), nonce = coalesce(nonce, ''), key_id = coalesce(key_id, 'none')
WHERE ciphertext IS NULL OR nonce IS NULL OR key_id IS NULL;

ALTER TABLE public.secrets ENABLE TRIGGER secrets_touch_updated_at;

-- From here on a secret is an encrypted one.
ALTER TABLE public.secrets
ALTER COLUMN ciphertext SET NOT NULL,
ALTER COLUMN nonce SET NOT NULL,
ALTER COLUMN key_id SET NOT NULL;

COMMENT ON TABLE public.secrets IS 'Values that workflows use, encrypted by the application.';
COMMENT ON COLUMN public.secrets.key_id IS
    'Which key of the key service it was encrypted with; none when it has to be set again.';

-- New secrets come through the service alone, since it has the key. The grants on the dropped column go with it.
REVOKE INSERT ON TABLE public.secrets FROM authenticated;

ALTER TABLE public.secrets DROP COLUMN IF EXISTS value;
