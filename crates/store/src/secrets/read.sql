SELECT s.ciphertext, s.nonce, s.key_id
FROM public.secrets AS s
WHERE s.project_id = $1 AND s.key = $2
