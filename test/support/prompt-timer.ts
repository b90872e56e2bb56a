// A timer for which every delay is over in the next turn of the event loop: for tests that do real
// input and output, where a virtual clock cannot know what is still under way.

export const promptTimer = {
  after(_delayMs: number, callback: () => void): () => void {
    const handle = setImmediate(callback);
    return () => clearImmediate(handle);
  },
};
