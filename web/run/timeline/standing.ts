// How tall the rows are and where everything lies, for so many rows in so much room.

/** The axis with its times, then the lane of the run's own steps. */
export const AXIS_PX = 24;
export const STEPS_PX = 24;
export const HEAD_PX = AXIS_PX + STEPS_PX;

/** The tallest first: words fit into rows of 14 px and more. */
const ROWS_PX = [26, 20, 16, 12, 8] as const;
/** So many rows that even the lowest do not fit have to be scrolled through anyway, and then they are as tall as can be pointed at. */
const MANY_PX = 8;

/**
 * The height of a row.
 * @param roomPx the most that the timeline may take of the page
 * @param all all rows are on the screen at once, however thin
 */
export function rowPxFor(rows: number, roomPx: number, all: boolean): number {
  const fitting = (roomPx - HEAD_PX) / Math.max(1, rows);
  if (all && fitting < MANY_PX) return fitting;
  return ROWS_PX.find((px) => rows * px <= roomPx - HEAD_PX) ?? MANY_PX;
}

/** The height of the box: what the rows need, within bounds. */
export function boxPxFor(rows: number, roomPx: number): number {
  return Math.min(roomPx, Math.max(HEAD_PX + 3 * MANY_PX, HEAD_PX + rows * rowPxFor(rows, roomPx, false) + 8));
}

/** Room for the labels: less on a phone. */
export function labelsPxFor(widthPx: number): number {
  return widthPx < 560 ? 96 : 148;
}
