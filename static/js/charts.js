// Draws the charts of the dashboard from the numbers the server put beside them. The tables under them stay.
(() => {
  "use strict";
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const text = () => ({ color: token("ink-2"), fontFamily: token("font"), fontSize: 12 });
  const axis = () => ({
    axisLine: { lineStyle: { color: token("line-2") } },
    axisTick: { show: false },
    axisLabel: text(),
    splitLine: { lineStyle: { color: token("line") } },
  });
  const common = () => ({
    animation: !still,
    animationDuration: 300,
    textStyle: text(),
    grid: { left: 8, right: 24, top: 24, bottom: 8, containLabel: true },
    tooltip: { renderMode: "richText", trigger: "axis", axisPointer: { type: "line" }, textStyle: text() },
  });
  const colours = () => [token("accent"), token("ok")];

  const lines = (data) => ({
    ...common(),
    color: colours(),
    grid: { left: 8, right: 56, top: 24, bottom: 8, containLabel: true },
    xAxis: { ...axis(), type: "category", data: data.labels, boundaryGap: false },
    yAxis: { ...axis(), type: "value", minInterval: 1 },
    series: data.lines.map((line, at) => ({
      type: "line", name: line.name, data: line.values, symbolSize: 5, showSymbol: data.labels.length < 32,
      lineStyle: { width: 2, type: at ? "dashed" : "solid" },
      endLabel: { show: true, formatter: "{a}", color: colours()[at], fontFamily: token("font") },
      labelLayout: { moveOverlap: "shiftY" }, // two lines that end at one value each keep their name
    })),
  });

  const bars = (data) => ({
    ...common(),
    grid: { left: 8, right: 110, top: 8, bottom: 8, containLabel: true },
    xAxis: { ...axis(), type: "value", show: false },
    yAxis: { ...axis(), type: "category", data: data.labels, inverse: true, axisLine: { show: false } },
    series: [{
      type: "bar", barWidth: 22,
      data: data.values.map((value, at) => ({
        value, itemStyle: { color: at === data.values.length - 1 ? token("accent") : token("accent-line") },
      })),
      label: { show: true, position: "right", formatter: `{c} ${data.unit}`, color: token("ink"), fontFamily: token("font") },
    }],
  });

  const columns = (data) => ({
    ...common(),
    color: [token("accent")],
    grid: { left: 8, right: 16, top: 28, bottom: 8, containLabel: true },
    xAxis: { ...axis(), type: "category", data: data.labels },
    yAxis: { ...axis(), type: "value", minInterval: 1 },
    series: [{ type: "bar", data: data.values.map((value, at) => mark(data, value, at)), barMaxWidth: 28 }],
  });
  const mark = (data, value, at) => {
    const names = Object.entries(data.marks).filter(([, day]) => String(day) === data.labels[at]).map(([name]) => name);
    const label = { show: true, position: "top", formatter: names.join(" "), color: token("ink"), fontFamily: token("font") };
    return names.length ? { value, label } : value;
  };

  const KINDS = { lines, bars, columns };
  const draw = (place) => {
    const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    place.hidden = false;
    const chart = window.echarts.init(place, null, { renderer: "canvas" });
    chart.setOption(KINDS[data.kind](data));
    new ResizeObserver(() => chart.resize()).observe(place);
    return chart;
  };
  if (window.echarts) {
    for (const place of document.querySelectorAll("[data-chart]")) draw(place);
  }
})();
