/** The parts of ECharts that the board draws with; loaded when the first chart is. Canvas: nothing of
 *  it needs an inline style, so the Content-Security-Policy can stay strict. */
import { BarChart, HeatmapChart, LineChart, ScatterChart, TreemapChart } from 'echarts/charts';
import {
    DataZoomInsideComponent,
    GridComponent,
    MarkAreaComponent,
    MarkLineComponent,
    TooltipComponent,
    VisualMapContinuousComponent,
} from 'echarts/components';
import { init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';

use([
    BarChart,
    CanvasRenderer,
    DataZoomInsideComponent,
    GridComponent,
    HeatmapChart,
    LabelLayout,
    LineChart,
    MarkAreaComponent,
    MarkLineComponent,
    ScatterChart,
    TooltipComponent,
    TreemapChart,
    VisualMapContinuousComponent,
]);

export { init };
