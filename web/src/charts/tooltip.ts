/** The hover of a chart as DOM nodes: text stays text, whatever a product is called. */
export interface TipLine {
    colour?: string;
    dashed?: boolean;
    name: string;
    value: string;
    extra?: string;
}

function node(tag: string, className: string, text?: string): HTMLElement {
    const made = document.createElement(tag);
    made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
}

export function tip(title: string, lines: readonly TipLine[], notes: readonly string[] = []): HTMLElement {
    const box = node('div', 'tip');
    box.append(node('div', 'tip-title', title));
    for (const { colour, dashed, name, value, extra } of lines) {
        const row = node('div', 'tip-row');
        const mark = node('span', dashed ? 'tip-mark tip-mark-thin' : 'tip-mark');
        if (colour) mark.style.background = colour;
        row.append(mark, node('span', 'tip-name', name), node('span', 'tip-value', value));
        if (extra) row.append(node('span', 'tip-extra', extra));
        box.append(row);
    }
    for (const note of notes) box.append(node('div', 'tip-note', note));
    return box;
}
