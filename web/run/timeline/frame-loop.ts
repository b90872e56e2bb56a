// One requestAnimationFrame loop that sleeps when nothing changes: a page that nobody looks at, or that is finished, costs nothing.

export interface FrameLoop {
  /** Something changed: a frame will come. */
  wake(): void;
  stop(): void;
}

/** @param draw one frame; true asks for another one */
export function frameLoop(draw: () => boolean): FrameLoop {
  let asked: number | undefined;
  const frame = () => {
    asked = undefined;
    if (draw()) wake();
  };
  const wake = () => {
    asked ??= requestAnimationFrame(frame);
  };
  return {
    wake,
    stop() {
      if (asked !== undefined) cancelAnimationFrame(asked);
      asked = undefined;
    },
  };
}
