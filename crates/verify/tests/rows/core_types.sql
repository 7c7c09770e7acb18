-- The xml column may stay empty: the embedded server is built without that type.
CREATE TABLE t (
    id bigserial PRIMARY KEY,
    a smallint NOT NULL, b integer NOT NULL UNIQUE, c bigint NOT NULL, d numeric(3, 2) NOT NULL, e real NOT NULL,
    f double precision NOT NULL, g money NOT NULL, h text NOT NULL UNIQUE, i varchar(3) NOT NULL, j char(2) NOT NULL,
    k "char" NOT NULL, l name NOT NULL, m bytea NOT NULL, n boolean NOT NULL, o date NOT NULL, p time NOT NULL,
    q timetz NOT NULL, r timestamp NOT NULL, s timestamptz NOT NULL, u interval NOT NULL, v uuid NOT NULL UNIQUE,
    w json NOT NULL, x jsonb NOT NULL, y jsonpath NOT NULL, z inet NOT NULL, aa cidr NOT NULL, ab macaddr NOT NULL,
    ac macaddr8 NOT NULL, ad point NOT NULL, ae line NOT NULL, af lseg NOT NULL, ag box NOT NULL, ah path NOT NULL,
    ai polygon NOT NULL, aj circle NOT NULL, ak bit(5) NOT NULL, al varbit(4) NOT NULL, am tsvector NOT NULL,
    an tsquery NOT NULL, ao xml, ap pg_lsn NOT NULL, aq oid NOT NULL, ar regclass NOT NULL, at char(1) NOT NULL,
    au numeric(2, 2) NOT NULL, av pg_snapshot NOT NULL, aw varchar NOT NULL, ax xid8 NOT NULL, ay regtype NOT NULL
);
