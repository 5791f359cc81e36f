/** Words that the data keeps in English, in the reader's language; what the shop's own files say beyond them
 *  stays as it is written. */
import { type MessageKey, t } from './index';

const KINDS = {
    status: [
        'placed',
        'paid',
        'shipped',
        'delivered',
        'cancelled',
        'refunded',
        'closed',
        'success',
        'failed',
        'disputed',
        'requested',
        'pending',
        'succeeded',
        'refused',
        'withdrawn',
        'unpaid',
    ],
    class: [
        'sale',
        'return',
        'void_return',
        'shipping',
        'discount',
        'fee',
        'adjustment',
        'giveaway',
        'stock_move',
        'tax',
        'gift_card',
        'tip',
        'duty',
        'exchange',
        'store_credit',
        'unpaid',
        'presale',
        'cancelled',
        'excluded',
    ],
    feedback: ['review', 'nps', 'csat', 'ces'],
    stage: ['pre_ship', 'post_ship_keep', 'post_ship_return'],
} as const;

export function wordOf(kind: keyof typeof KINDS, word: string): string {
    return (KINDS[kind] as readonly string[]).includes(word) ? t(`word.${kind}.${word}` as MessageKey) : word;
}
