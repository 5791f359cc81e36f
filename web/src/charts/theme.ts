/** Colours of charts, read from the style sheet, so that light and dark have one source. The set of
 *  categories is Okabe and Ito's (jfly.uni-koeln.de/color), which people with any colour vision tell apart. */
export interface ChartTheme {
    ink: string;
    muted: string;
    faint: string;
    line: string;
    ground: string;
    accent: string;
    compare: string;
    band: string;
    bandPromo: string;
    bandInk: string;
    good: string;
    bad: string;
    series: readonly string[];
    heat: readonly [string, string, string];
    font: string;
}

export function chartTheme(): ChartTheme {
    const style = getComputedStyle(document.documentElement);
    const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
    return {
        ink: of('ink'),
        muted: of('ink-2'),
        faint: of('ink-3'),
        line: of('line'),
        ground: of('paper'),
        accent: of('accent'),
        compare: of('compare'),
        band: of('band'),
        bandPromo: of('band-promo'),
        bandInk: of('band-ink'),
        good: of('good'),
        bad: of('bad'),
        series: [1, 2, 3, 4, 5, 6, 7, 8].map((i) => of(`series-${i}`)),
        heat: [of('heat-0'), of('heat-1'), of('heat-2')],
        font: of('font'),
    };
}

export function axisText(theme: ChartTheme, size = 11): object {
    return { color: theme.muted, fontSize: size, fontFamily: theme.font };
}

/** Below this many pixels a chart leaves words away, so that what it draws has room. */
export const NARROW = 480;

/** Pixels that a text takes at most, before it is drawn: what stands beside a bar must not be cut. */
export function textRoom(text: string, size: number): number {
    let width = 0;
    for (const sign of text) width += /[\u2e80-\uffef]/.test(sign) ? size : size * 0.62;
    return Math.ceil(width);
}
