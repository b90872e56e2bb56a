// Rectangles gathered by colour before they are painted: a canvas is fast as long as its fill does not change between two of them.

export class Rects {
  count = 0;
  #values = new Float32Array(256);

  clear(): void {
    this.count = 0;
  }

  add(x: number, y: number, width: number, height: number): void {
    const at = this.count * 4;
    if (at === this.#values.length) {
      const grown = new Float32Array(at * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[at] = x;
    this.#values[at + 1] = y;
    this.#values[at + 2] = width;
    this.#values[at + 3] = height;
    this.count++;
  }

  each(visit: (x: number, y: number, width: number, height: number) => void): void {
    const values = this.#values;
    for (let at = 0; at < this.count * 4; at += 4)
      visit(values[at]!, values[at + 1]!, values[at + 2]!, values[at + 3]!);
  }

  fill(context: CanvasRenderingContext2D, colour: string): void {
    if (this.count === 0) return;
    context.fillStyle = colour;
    this.each((x, y, width, height) => context.fillRect(x, y, width, height));
  }
}
