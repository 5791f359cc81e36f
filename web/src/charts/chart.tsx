/** A chart on the page: loads the engine, follows size and theme, can be saved as PNG or SVG, and lets
 *  a range be chosen by dragging over it. It always has a text that says what it shows. */
import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useSettings } from '../app/settings';
import { timeDay } from '../format/date';
import { t } from '../i18n';
import { Icon } from '../parts/icon';
import { Menu, MenuItem } from '../parts/menu';
import { type Engine, engineNow, loadEngine } from './load';
import { type ChartTheme, chartTheme } from './theme';

export interface ChartProps {
    /** Built anew when `of` changes; gets the theme and the width in pixels. */
    build: (theme: ChartTheme, width: number) => EChartsCoreOption;
    /** What the chart is made of: compared by identity. */
    of: unknown;
    height: number;
    /** What it shows, in words: for screen readers and the names of saved files. */
    label: string;
    /** Chosen by dragging: local days, both included. */
    onRange?: (from: string, to: string) => void;
    onPick?: (params: { name?: string; dataIndex: number; seriesIndex: number; data: unknown }) => void;
    bare?: boolean;
}

function save(name: string, url: string): void {
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
}

/** Pixels across an upright page within its margins. */
const PAPER = 660;

/** Drawn of nothing yet. */
const NOTHING = {};

const fileName = (label: string) => label.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 80);

export function Chart({ build, of, height, label, onRange, onPick, bare }: ChartProps) {
    const box = useRef<HTMLDivElement>(null);
    const chart = useRef<EChartsType | null>(null);
    const [brush, setBrush] = useState<{ from: number; to: number } | null>(null);
    const [drawn, setDrawn] = useState<unknown>(NOTHING);
    const { theme, lang, upColour } = useSettings();
    const building = useRef(build);
    building.current = build;

    useLayoutEffect(() => {
        let gone = false;
        let watch: ResizeObserver | undefined;
        const draw = ({ init }: Engine) => {
            const element = box.current;
            if (gone || !element) return;
            chart.current ??= init(element, null, { renderer: 'canvas', useDirtyRect: false });
            chart.current.setOption(building.current(chartTheme(), element.clientWidth), { notMerge: true });
            setDrawn(of);
            watch = new ResizeObserver(() => {
                if (box.current?.clientWidth !== chart.current?.getWidth()) repaint();
            });
            watch.observe(element);
        };
        // other colours, or another width: of the window, or of the paper
        const repaint = (most = Number.POSITIVE_INFINITY) => {
            if (!chart.current || !box.current) return;
            const width = Math.min(box.current.clientWidth, most);
            chart.current.resize({ width });
            chart.current.setOption(building.current(chartTheme(), width), { notMerge: true });
        };
        // before the page has the paper's width: what is wider would be drawn smaller, with a gap below
        const onPaper = () => repaint(PAPER);
        const onScreen = () => repaint();
        const engine = engineNow();
        if (engine) draw(engine);
        else void loadEngine().then(draw);
        const media = ['(prefers-color-scheme: dark)', 'print'].map((query) => matchMedia(query));
        for (const one of media) one.addEventListener('change', onScreen);
        addEventListener('beforeprint', onPaper);
        addEventListener('afterprint', onScreen);
        return () => {
            gone = true;
            watch?.disconnect();
            for (const one of media) one.removeEventListener('change', onScreen);
            removeEventListener('beforeprint', onPaper);
            removeEventListener('afterprint', onScreen);
        };
    }, [of, theme, lang, upColour, height]);

    useEffect(() => {
        const made = chart.current;
        if (!made || !onPick) return;
        const act = (params: unknown) => onPick(params as Parameters<NonNullable<ChartProps['onPick']>>[0]);
        made.on('click', act);
        return () => {
            made.off('click', act);
        };
    }, [drawn !== NOTHING, onPick]);

    useEffect(
        () => () => {
            chart.current?.dispose();
            chart.current = null;
        },
        [],
    );

    const toDay = (x: number) => {
        const ms = chart.current?.convertFromPixel({ xAxisIndex: 0 }, x);
        return typeof ms === 'number' && Number.isFinite(ms) ? timeDay(ms) : null;
    };
    const startBrush = (event: PointerEvent) => {
        if (!onRange || event.button !== 0 || event.pointerType === 'touch' || !box.current) return;
        const left = box.current.getBoundingClientRect().left;
        const begin = event.clientX - left;
        let end = begin;
        const move = (e: PointerEvent) => {
            end = e.clientX - left;
            if (Math.abs(end - begin) > 6) setBrush({ from: Math.min(begin, end), to: Math.max(begin, end) });
        };
        const up = () => {
            window.removeEventListener('pointermove', move);
            setBrush(null);
            if (Math.abs(end - begin) <= 12) return;
            const from = toDay(Math.min(begin, end));
            const to = toDay(Math.max(begin, end));
            if (from && to && from < to) onRange(from, to);
        };
        window.addEventListener('pointermove', move);
        window.addEventListener('pointerup', up, { once: true });
    };

    const png = () => {
        if (chart.current)
            save(
                `${fileName(label)}.png`,
                chart.current.getDataURL({ pixelRatio: 2, backgroundColor: chartTheme().ground }),
            );
    };
    const svg = async () => {
        const width = box.current?.clientWidth ?? 800;
        const { svgOf } = await import('./svg');
        const url = URL.createObjectURL(
            new Blob([svgOf(building.current(chartTheme(), width), width, height)], {
                type: 'image/svg+xml',
            }),
        );
        save(`${fileName(label)}.svg`, url);
        URL.revokeObjectURL(url);
    };

    return (
        <div
            class={`chart${onRange ? ' chart-brushable' : ''}`}
            style={{ height: `${height}px` }}
            onPointerDown={startBrush}
        >
            <div
                ref={box}
                class="chart-canvas"
                role="img"
                aria-label={label}
                data-drawn={drawn === of ? '' : undefined}
            />
            {brush && (
                <div
                    class="chart-brush"
                    style={{ left: `${brush.from}px`, width: `${brush.to - brush.from}px` }}
                />
            )}
            {!bare && (
                <div class="chart-menu no-print">
                    <Menu label={t('chart.menu')} button={<Icon name="more" />}>
                        <MenuItem onPick={png}>{t('chart.savePng')}</MenuItem>
                        <MenuItem onPick={() => void svg()}>{t('chart.saveSvg')}</MenuItem>
                    </Menu>
                </div>
            )}
        </div>
    );
}
