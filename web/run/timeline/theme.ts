// The page's colours as a canvas takes them: read from the style sheet once, and again when the theme changes.
import { type BarMark, MARKS } from './bar-mark.ts';

export interface BarColours {
  readonly solid: string;
  /** The body of a bar that is wide enough to carry words. */
  readonly tint: string;
}

export interface CanvasTheme {
  readonly ink: string;
  readonly inkSoft: string;
  readonly surface: string;
  readonly raised: string;
  readonly rule: string;
  readonly ruleSoft: string;
  readonly accent: string;
  readonly late: string;
  readonly bad: string;
  readonly font: string;
  /** By the mark's place in MARKS. */
  readonly bars: readonly BarColours[];
}

const TOKEN_OF: Readonly<Record<BarMark, string>> = {
  answered: '--good',
  cancelled: '--idle',
  waiting: '--idle',
  working: '--busy',
  late: '--late',
  failed: '--bad',
  wrong: '--bad',
};

type Rgb = readonly [red: number, green: number, blue: number];

function parse(colour: string): Rgb {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}

function mixed(over: Rgb, under: Rgb, share: number): string {
  const parts = over.map((value, at) => Math.round(value * share + under[at]! * (1 - share)));
  return `rgb(${parts.join(' ')})`;
}

/** Of a tint: how much of the colour. */
const TINT = 0.28;

/** Computed colours: a custom property itself is only text, so each is asked of an element that wears it. */
export function readTheme(within: HTMLElement): CanvasTheme {
  const probe = document.createElement('span');
  probe.hidden = true;
  within.append(probe);
  const colour = (token: string) => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const surface = colour('--surface');
  const theme: CanvasTheme = {
    ink: colour('--ink'),
    inkSoft: colour('--ink-soft'),
    surface,
    raised: colour('--raised'),
    rule: colour('--rule'),
    ruleSoft: colour('--rule-soft'),
    accent: colour('--accent'),
    late: colour('--late'),
    bad: colour('--bad'),
    font: getComputedStyle(within).fontFamily,
    bars: MARKS.map((mark) => {
      const solid = colour(TOKEN_OF[mark]);
      return { solid, tint: mixed(parse(solid), parse(surface), TINT) };
    }),
  };
  probe.remove();
  return theme;
}
