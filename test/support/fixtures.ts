// Reads test/fixtures from wherever the compiled tests stand.
import { readFileSync } from 'node:fs';

export function readFixture<Shape>(name: string): Shape {
  return JSON.parse(readFileSync(new URL(`../../../test/fixtures/${name}`, import.meta.url), 'utf8')) as Shape;
}
