-- What stands in the place of what people told us. Each takes the seed, so that the same value always becomes the same,
-- in every table, and nobody can try values against it once the seed is gone.
CREATE OR REPLACE FUNCTION pg_temp.made_hash(seed text, v text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(seed || chr(31) || v, 'UTF8')), 'hex')
$$;
CREATE OR REPLACE FUNCTION pg_temp.made_uuid(seed text, v uuid) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT left(pg_temp.made_hash(seed, v::text), 32)::uuid
$$;
CREATE OR REPLACE FUNCTION pg_temp.made_digest(seed text, v text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN v ~ '^[0-9a-f]{64}$' THEN pg_temp.made_hash(seed, v) ELSE v END
$$;
-- Words of the same script and length; the first is made of the value, so that two values seldom become one.
CREATE OR REPLACE FUNCTION pg_temp.made_words(seed text, v text, shortest int, longest int) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    h text := left(pg_temp.made_hash(seed, v), 12);
    n int := least(greatest(length(v), shortest), longest);
BEGIN
    IF v ~ '[؀-ۿ]' THEN
        RETURN rtrim(left(translate(h, '0123456789abcdef', 'ابتثجحخدذرزسشصضط') || repeat(' نص للتجربة فقط', n / 15 + 1), n)) || '';
    END IF;
    RETURN rpad(rtrim(left(initcap(translate(h, '0123456789', 'ghjkmnprst')) || repeat(' words for trying out', n / 20 + 1), n)), n, 'x');
END
$$;
CREATE OR REPLACE FUNCTION pg_temp.made_text(seed text, v text, shortest int, longest int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN v = '' THEN v
        WHEN v ~ '^[^@\s]+@[^@\s]+$' THEN left('p' || left(pg_temp.made_hash(seed, lower(v)), 20) || '@example.invalid', longest)
        WHEN v ~* '^https?://' THEN left('https://example.invalid/' || left(pg_temp.made_hash(seed, v), 12), longest)
        WHEN v ~ '^[0-9a-fA-F:.]+(/\d+)?$' AND v ~ '[.:]' THEN left('192.0.2.0/24', longest)
        WHEN v ~ '^\+?[0-9][0-9 ()./-]{5,}$'
            THEN left('+' || translate(pg_temp.made_hash(seed, v), 'abcdef', '013579'), greatest(length(v), 7))
        ELSE pg_temp.made_words(seed, v, shortest, longest)
    END
$$;
-- Numbers of rows and codes of people, wherever they stand in a text that is ours.
CREATE OR REPLACE FUNCTION pg_temp.made_names(seed text, v text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    found text;
BEGIN
    FOR found IN SELECT DISTINCT m[1] FROM regexp_matches(
        v, '([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})', 'g') m
    LOOP
        v := replace(v, found, pg_temp.made_uuid(seed, found::uuid)::text);
    END LOOP;
    FOR found IN SELECT DISTINCT m[1] FROM regexp_matches(v, '\m([0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{16})\M', 'g') m
    LOOP
        v := replace(v, found, left(pg_temp.made_hash(seed, found), length(found)));
    END LOOP;
    RETURN v;
END
$$;
-- Words of closed lists, names of our own things and codes of countries say nothing of anybody; everything else goes.
CREATE OR REPLACE FUNCTION pg_temp.made_ours(seed text, v text, shortest int, longest int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN v ~ '^([a-z][a-z0-9_.-]{0,59}|[A-Z]{2}(-[A-Z0-9]{1,3})?)$' AND v !~ '[0-9a-f]{12}' THEN v
        WHEN v ~ '^[a-z]+:[0-9a-f:-]+$' THEN pg_temp.made_names(seed, v)
        ELSE pg_temp.made_text(seed, v, shortest, longest)
    END
$$;
CREATE OR REPLACE FUNCTION pg_temp.made_json(seed text, v jsonb, ours boolean) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    t text;
BEGIN
    CASE jsonb_typeof(v)
        WHEN 'object' THEN
            RETURN coalesce((SELECT jsonb_object_agg(
                CASE WHEN ours THEN pg_temp.made_ours(seed, key, 1, 200) ELSE pg_temp.made_text(seed, key, 8, 200) END,
                pg_temp.made_json(seed, value, ours)) FROM jsonb_each(v)), '{}');
        WHEN 'array' THEN
            RETURN coalesce((SELECT jsonb_agg(pg_temp.made_json(seed, value, ours)) FROM jsonb_array_elements(v)), '[]');
        WHEN 'string' THEN
            t := v #>> '{}';
            IF ours THEN
                RETURN to_jsonb(pg_temp.made_ours(seed, t, 1, greatest(length(t), 40)));
            END IF;
            RETURN to_jsonb(pg_temp.made_text(seed, t, 1, greatest(length(t), 40)));
        ELSE
            RETURN v;
    END CASE;
END
$$;
