import { setQuery } from '../../app/router';

/** The list's order in the address: "-total" is descending. */
export function sortOf(
    query: URLSearchParams,
    fallback: string,
): { word: string; sorted: { id: string; down: boolean } } {
    const word = query.get('sort') ?? fallback;
    return { word, sorted: { id: word.replace(/^-/, ''), down: word.startsWith('-') } };
}

export function setSort(id: string, down: boolean): void {
    setQuery({ sort: `${down ? '-' : ''}${id}` });
}
