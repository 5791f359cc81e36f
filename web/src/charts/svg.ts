/** A chart as the text of an SVG file; loaded only when somebody asks for one. */
import type { EChartsCoreOption } from 'echarts/core';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import './engine';

use([SVGRenderer]);

export function svgOf(option: EChartsCoreOption, width: number, height: number): string {
    const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
    chart.setOption({ ...option, animation: false });
    const text = chart.renderToSVGString();
    chart.dispose();
    return text;
}
