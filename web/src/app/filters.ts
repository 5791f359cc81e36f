/** Filters as chips. The address holds the API's own filter language; what it says beyond
 *  "dimension = value and ..." stays one chip of its own text. */
export interface Filter {
    dimension: string;
    /** Several values: any of them. */
    values: readonly (string | null)[];
    not: boolean;
}

const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

function quoted(text: string): string {
    return `'${text.replace(/'/g, "''")}'`;
}

export function filterText({ dimension, values, not }: Filter): string {
    if (values.length === 1 && values[0] === null) return `${dimension} is ${not ? 'not ' : ''}null`;
    const texts = values.filter((v): v is string => v !== null).map(quoted);
    const within =
        texts.length === 1
            ? `${dimension} ${not ? '!=' : '='} ${texts[0]}`
            : `${dimension} ${not ? 'not in' : 'in'} (${texts.join(', ')})`;
    if (!values.includes(null)) return within;
    return not ? `(${within} and ${dimension} is not null)` : `(${within} or ${dimension} is null)`;
}

export function whereText(filters: readonly Filter[]): string {
    return filters.map(filterText).join(' and ');
}

type Token = { kind: 'word' | 'text' | 'mark'; text: string };

function tokens(where: string): Token[] | null {
    const found: Token[] = [];
    const pattern = /\s+|'((?:[^']|'')*)'|"((?:[^"]|"")*)"|([\p{L}\p{N}_]+)|(!=|[=(),])|(.)/gu;
    for (const hit of where.matchAll(pattern)) {
        if (hit[5] !== undefined) return null;
        if (hit[1] !== undefined) found.push({ kind: 'text', text: hit[1].replace(/''/g, "'") });
        else if (hit[2] !== undefined) found.push({ kind: 'text', text: hit[2].replace(/""/g, '"') });
        else if (hit[3] !== undefined) found.push({ kind: 'word', text: hit[3] });
        else if (hit[4] !== undefined) found.push({ kind: 'mark', text: hit[4] });
    }
    return found;
}

/** The filters of "a = 'x' and b in ('y', 'z')"; null when it says anything else. */
export function parseWhere(where: string): Filter[] | null {
    const list = tokens(where);
    if (list === null) return null;
    const filters: Filter[] = [];
    let i = 0;
    const is = (text: string) => list[i]?.kind !== 'text' && list[i]?.text.toLowerCase() === text;
    while (i < list.length) {
        if (filters.length > 0) {
            if (!is('and')) return null;
            i++;
        }
        const name = list[i++];
        if (name?.kind !== 'word' || !NAME.test(name.text)) return null;
        let not = false;
        const values: (string | null)[] = [];
        if (is('=') || is('!=')) {
            not = is('!=');
            const value = list[i + 1];
            if (value?.kind !== 'text') return null;
            values.push(value.text);
            i += 2;
        } else if (is('is')) {
            i++;
            not = is('not');
            if (not) i++;
            if (!is('null')) return null;
            values.push(null);
            i++;
        } else {
            not = is('not');
            if (not) i++;
            if (!is('in')) return null;
            i++;
            if (!is('(')) return null;
            do {
                i++;
                const value = list[i++];
                if (value?.kind !== 'text') return null;
                values.push(value.text);
            } while (is(','));
            if (!is(')')) return null;
            i++;
        }
        filters.push({ dimension: name.text, values, not });
    }
    return filters;
}

/** `where` with one more condition; a filter of the same dimension gives way to it. */
export function withFilter(where: string | null, filter: Filter): string {
    const before = where ? parseWhere(where) : [];
    if (before === null) return `(${where}) and ${filterText(filter)}`;
    return whereText([
        ...before.filter((f) => f.dimension !== filter.dimension || f.not !== filter.not),
        filter,
    ]);
}

export function withoutFilter(where: string, index: number): string | null {
    const before = parseWhere(where);
    if (before === null) return null;
    const left = before.filter((_, i) => i !== index);
    return left.length === 0 ? null : whereText(left);
}
