/** A thin space between Chinese and Latin letters or digits that stand side by side. */
const THIN = ' ';
/* Dates and scaled numbers are set closed (2026年11月, 1.2万), and so are names such as 双11. */
const HAN = '(?![年月日至双万亿])\\p{Script=Han}';
const LATIN = '[A-Za-z0-9¥$€£%+−]';
const HAN_LATIN = new RegExp(`(${HAN})(?=${LATIN})`, 'gu');
const LATIN_HAN = new RegExp(`(${LATIN})(?=${HAN})`, 'gu');

export function spaced(text: string): string {
    return text.replace(HAN_LATIN, `$1${THIN}`).replace(LATIN_HAN, `$1${THIN}`);
}
