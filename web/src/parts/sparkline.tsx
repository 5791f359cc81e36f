/** A line as small as a word. Missing values are gaps, the running end is dashed, the comparison is
 *  thin and grey. Its scale is its own unless one is given (a group of the same unit). */
interface SparkPoint {
    value: string | null;
    compare?: string | null;
    complete?: boolean;
}

interface SparkProps {
    points: readonly SparkPoint[];
    width?: number;
    height?: number;
    scale?: readonly [number, number];
    area?: boolean;
}

const num = (text: string | null | undefined) => (text === null || text === undefined ? null : Number(text));

function path(
    values: readonly (number | null)[],
    x: (i: number) => number,
    y: (v: number) => number,
): string {
    let text = '';
    let pen = false;
    values.forEach((v, i) => {
        if (v === null || !Number.isFinite(v)) {
            pen = false;
            return;
        }
        text += `${pen ? 'L' : 'M'}${x(i).toFixed(1)} ${y(v).toFixed(1)}`;
        pen = true;
    });
    return text;
}

export function Sparkline({ points, width = 120, height = 32, scale, area }: SparkProps) {
    const values = points.map((p) => num(p.value));
    const before = points.map((p) => num(p.compare));
    const all = [...values, ...before].filter((v): v is number => v !== null && Number.isFinite(v));
    if (all.length === 0) return <svg class="spark" width={width} height={height} aria-hidden="true" />;
    const low = scale?.[0] ?? Math.min(...all);
    const high = scale?.[1] ?? Math.max(...all);
    const pad = 3;
    const x = (i: number) =>
        pad + (points.length <= 1 ? (width - 2 * pad) / 2 : (i / (points.length - 1)) * (width - 2 * pad));
    const y = (v: number) =>
        high === low ? height / 2 : height - pad - ((v - low) / (high - low)) * (height - 2 * pad);
    let last = values.length - 1;
    while (last >= 0 && values[last] === null) last--;
    let solid = last;
    while (solid >= 0 && points[solid]?.complete === false) solid--;
    const main = values.map((v, i) => (i <= solid ? v : null));
    const tail = values.map((v, i) => (i >= solid ? v : null));
    const shape = path(main, x, y);
    const firstAt = main.findIndex((v) => v !== null);
    return (
        <svg
            class="spark"
            viewBox={`0 0 ${width} ${height}`}
            width={width}
            height={height}
            preserveAspectRatio="none"
            aria-hidden="true"
        >
            <path class="spark-before" d={path(before, x, y)} />
            {area && solid > firstAt && !main.slice(firstAt, solid + 1).includes(null) && (
                <path
                    class="spark-area"
                    d={`${shape}L${x(solid).toFixed(1)} ${height}L${x(firstAt).toFixed(1)} ${height}Z`}
                />
            )}
            <path class="spark-line" d={shape} />
            {solid < last && <path class="spark-line spark-running" d={path(tail, x, y)} />}
            {last >= 0 && <circle class="spark-dot" cx={x(last)} cy={y(values[last] as number)} r="2" />}
        </svg>
    );
}
