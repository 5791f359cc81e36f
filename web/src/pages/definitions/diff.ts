/** Lines of two texts beside each other, by their longest common subsequence (Hunt and McIlroy 1976, as
 *  plain dynamic programming: definitions are short). */
export interface DiffLine {
    kind: 'same' | 'added' | 'removed';
    text: string;
}

export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
    const width = after.length + 1;
    const common = new Uint32Array((before.length + 1) * width);
    for (let i = before.length - 1; i >= 0; i--)
        for (let j = after.length - 1; j >= 0; j--)
            common[i * width + j] =
                before[i] === after[j]
                    ? (common[(i + 1) * width + j + 1] ?? 0) + 1
                    : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
    const lines: DiffLine[] = [];
    let i = 0;
    let j = 0;
    while (i < before.length || j < after.length) {
        if (i < before.length && j < after.length && before[i] === after[j]) {
            lines.push({ kind: 'same', text: before[i] as string });
            i++;
            j++;
        } else if (
            j >= after.length ||
            (i < before.length && (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
        ) {
            lines.push({ kind: 'removed', text: before[i++] as string });
        } else {
            lines.push({ kind: 'added', text: after[j++] as string });
        }
    }
    return lines;
}
