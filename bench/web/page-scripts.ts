// What runs inside a measured page, as text: the program of the benchmark knows no DOM.

/** Resolves with the times between frames, in ms. */
export const frameTimes = (forMs: number) => `new Promise((resolve) => {
  const times = [];
  const frame = (time) => {
    times.push(time);
    if (time - times[0] < ${forMs}) requestAnimationFrame(frame);
    else resolve(times.slice(1).map((each, at) => each - times[at]));
  };
  requestAnimationFrame(frame);
})`;

/** Notes when which events are on the canvas: it was drawn in the frame before the one that looks, so by then it is on the screen. */
export const WATCH_SEQ = `(() => {
  globalThis.seenSeqs = [];
  let last = -1;
  const look = () => {
    const seq = Number(document.querySelector('.timeline-canvas')?.dataset.nextSeq ?? 0) - 1;
    if (seq > last) seenSeqs.push([seq, Date.now()]);
    last = Math.max(last, seq);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()`;

/** Resolves with the time since the navigation when the canvas shows the run, in ms. */
export const UNTIL_DRAWN = `new Promise((resolve) => {
  const look = () => {
    if (document.querySelector('.timeline-canvas')?.dataset.nextSeq === undefined) requestAnimationFrame(look);
    else resolve(performance.now());
  };
  look();
})`;

/**
 * The same picture as SVG: bars, so many of which change each second, and time going on. Made as well as SVG allows: time moves by one
 * transform, and only what changed is touched.
 */
export const svgTwin = (bars: number, perSecond: number) => `(() => {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('width', '1100');
  svg.setAttribute('height', '800');
  const group = document.createElementNS(space, 'g');
  svg.append(group);
  document.body.append(svg);
  const rects = Array.from({ length: ${bars} }, (_, at) => {
    const rect = document.createElementNS(space, 'rect');
    const place = { x: (at * 7) % 1000, y: (at % 400) * 2, width: 12, height: 1.6, fill: '#7fb0ff' };
    for (const [name, value] of Object.entries(place)) rect.setAttribute(name, String(value));
    group.append(rect);
    return rect;
  });
  let changed = 0;
  const begun = performance.now();
  const frame = (now) => {
    for (const due = ((now - begun) / 1000) * ${perSecond}; changed < due; changed++) {
      const rect = rects[(changed * 7919) % ${bars}];
      rect.setAttribute('fill', changed % 3 === 0 ? '#b3261e' : '#1d7a46');
      rect.setAttribute('width', String(8 + (changed % 30)));
    }
    group.setAttribute('transform', 'scale(' + (1 - (now - begun) / 100000) + ', 1)');
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})()`;
