/** The board's icons: 20 x 20, one stroke. Decoration only; the name stands beside or in aria-label. */
const PATHS = {
    overview: 'M3 10.5 10 4l7 6.5M5 9v7h10V9',
    explore: 'M3 16V9M8 16V4M13 16v-5M17.5 16V7',
    morning: 'M10 6a4 4 0 0 1 4 4M6 10a4 4 0 0 1 4-4M2.5 14h15M10 2v1.5M4 4l1 1M16 4l-1 1M5 17h10',
    profit: 'M3 4v5h3v3h4v-2h3v6h4',
    targets: 'M10 3a7 7 0 1 0 7 7M10 7a3 3 0 1 0 3 3M10 10l6-6M14 3v3h3',
    products: 'M3 6.5 10 3l7 3.5v7L10 17l-7-3.5zM3 6.5 10 10l7-3.5M10 10v7',
    customers:
        'M7.5 9a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5zM2.5 16c0-3 2-5 5-5s5 2 5 5M13 4a2.5 2.5 0 0 1 0 5M14.5 11.4c1.9.6 3 2.300 3 4.600',
    data: 'M4 5.500c0-1.400 2.700-2.500 6-2.500s6 1.100 6 2.500-2.700 2.500-6 2.500-6-1.100-6-2.500zM4 5.500v9c0 1.400 2.700 2.500 6 2.500s6-1.100 6-2.500v-9M4 10c0 1.400 2.700 2.500 6 2.500s6-1.100 6-2.500',
    definitions: 'M5 3h8l3 3v11H5zM8 8h5M8 11h5M8 14h3',
    settings: 'M3 6h8M15 6h2M13 4v4M3 14h2M9 14h8M7 12v4',
    search: 'M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12zM13.500 13.500 17 17',
    calendar: 'M3.500 5h13v12h-13zM3.500 8.500h13M7 3v4M13 3v4',
    store: 'M3 8 4.500 3.500h11L17 8M4 8v8.500h12V8M3 8c0 1.300 1 2 2.300 2S7.700 9.300 7.700 8c0 1.300 1 2 2.300 2s2.300-.7 2.300-2c0 1.300 1 2 2.400 2S17 9.300 17 8',
    more: 'M5 10h.01M10 10h.01M15 10h.01',
    close: 'M5 5l10 10M15 5 5 15',
    down: 'M5 8l5 5 5-5',
    right: 'M8 5l5 5-5 5',
    left: 'M12 5l-5 5 5 5',
    upload: 'M10 13V4M6 8l4-4 4 4M4 16h12',
    download: 'M10 4v9M6 9l4 4 4-4M4 16h12',
    check: 'M4 10.500 8 14.500 16 6',
    warn: 'M10 3.500 17.500 16.500h-15zM10 8.500v3.500M10 14.200v.01',
    clock: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6v4l2.500 2',
    share: 'M8 12l4.500-4.500M9 6l2-2a3.500 3.500 0 0 1 5 5l-2 2M11 14l-2 2a3.500 3.500 0 0 1-5-5l2-2',
    star: 'M10 3l2.100 4.500 4.900.6-3.600 3.400.9 4.900L10 14l-4.300 2.400.9-4.900L3 8.100l4.900-.6z',
    plus: 'M10 4v12M4 10h12',
    lock: 'M5 9h10v8H5zM7 9V6.500a3 3 0 0 1 6 0V9',
    menu: 'M3 5.500h14M3 10h14M3 14.500h14',
    help: 'M7.500 7.500A2.500 2.500 0 1 1 11 9.800c-.7.4-1 .9-1 1.700M10 14.500v.01M10 2.500a7.500 7.500 0 1 0 0 15 7.500 7.500 0 0 0 0-15z',
    sun: 'M10 13.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM10 2v2M10 16v2M2 10h2M16 10h2M4.300 4.300l1.400 1.400M14.300 14.300l1.400 1.400M4.300 15.700l1.400-1.400M14.300 5.700l1.400-1.400',
    moon: 'M16 12.500A6.500 6.500 0 0 1 7.500 4a6.500 6.500 0 1 0 8.500 8.500z',
    edit: 'M4 16l.8-3.500L13 4.300l2.700 2.700-8.200 8.200z',
    trash: 'M4 6h12M8 6V4h4v2M6 6l.7 10.500h6.600L14 6',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
    return (
        <svg
            class="icon"
            width={size}
            height={size}
            viewBox="0 0 20 20"
            fill="none"
            stroke="currentColor"
            stroke-width={name === 'more' ? 2.4 : 1.5}
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
        >
            <path d={PATHS[name]} />
        </svg>
    );
}

/** The mark of Shopvane: a vane of three bars and an arrow. */
export function Mark({ size = 26 }: { size?: number }) {
    return (
        <svg class="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="7" class="mark-ground" />
            <path
                d="M9 22.500v-5M16 22.500v-9M23 22.500V13"
                stroke="#fff"
                stroke-width="3"
                stroke-linecap="round"
                opacity=".55"
                fill="none"
            />
            <path
                d="M7.500 13.500 14 9l4 2.500 6-5M20.500 6H24.500v4"
                stroke="#fff"
                stroke-width="2"
                stroke-linecap="round"
                stroke-linejoin="round"
                fill="none"
            />
        </svg>
    );
}
