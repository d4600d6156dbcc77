/**
 * Small drawings of the bot's emoji, for machines without an emoji font. Each is a list of strokes and areas on a 24 × 24
 * grid.
 *
 * @typedef {{ readonly d: string, readonly fill?: string, readonly line?: string, readonly width?: number }} Shape
 */

const INK = '#33363d';
const WHITE = '#ffffff';
const BLUE = '#3b78c4';
const SKIN = '#f2b632';
const SQUARE = 'M5 2h14a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H5a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3z';

/** @param {string} d @param {string} [line] @param {number} [width] @returns {Shape} */
const stroke = (d, line = WHITE, width = 2.6) => ({ d, line, width });

/** @param {string} d @param {string} fill @returns {Shape} */
const area = (d, fill) => ({ d, fill });

const HAND = [
  area(
    'M5 12.5V7.2a1.4 1.4 0 0 1 2.8 0V4a1.4 1.4 0 0 1 2.8 0V3a1.4 1.4 0 0 1 2.8 0v1.5a1.4 1.4 0 0 1 2.8 0V13l1.6-2.6a1.5 1.5 0 0 1 2.6 1.5l-3.2 7A6 6 0 0 1 11.5 22 6.5 6.5 0 0 1 5 15.5z',
    SKIN,
  ),
  stroke('M7.8 7v4M10.6 4.5V11M13.4 4.5V11', '#c98a12', 0.9),
];

const GLASS = [
  area('M6 2h12v3c0 3-3 5-4.5 7 1.5 2 4.5 4 4.5 7v3H6v-3c0-3 3-5 4.5-7C9 10 6 8 6 5z', '#cfe3f5'),
  area('M8 21c0-2.5 2.5-3.5 4-5 1.5 1.5 4 2.5 4 5zM9 7h6l-3 4z', '#d9a441'),
  stroke('M5 2.5h14M5 21.5h14', '#8a5a2b', 2),
];

/** @type {ReadonlyMap<string, readonly Shape[]>} */
const PICTURES = new Map(
  Object.entries({
    arrow_forward: [area(SQUARE, BLUE), area('M8.5 6.5l9 5.5-9 5.5z', WHITE)],
    black_square_for_stop: [area(SQUARE, BLUE), area('M7.5 7.5h9v9h-9z', WHITE)],
    gear: [
      {
        d: 'M12 4.2a7.8 7.8 0 1 1 0 15.6 7.8 7.8 0 0 1 0-15.6zM12 1.5v4M12 18.5v4M1.5 12h4M18.5 12h4M4.6 4.6l2.8 2.8M16.6 16.6l2.8 2.8M19.4 4.6l-2.8 2.8M7.4 16.6l-2.8 2.8',
        line: '#7d8590',
        width: 3,
      },
    ],
    grey_question: [
      stroke('M8 8.5C8 6 9.8 4.5 12.2 4.5S16 6 16 8c0 3-4 3.3-4 6.8M12 19.3v.2', '#9aa0a8', 3.2),
    ],
    hourglass: GLASS,
    hourglass_flowing_sand: [...GLASS, stroke('M12 11v5', '#d9a441', 1)],
    information_source: [area(SQUARE, BLUE), stroke('M12 6.5v.2M12 11v6.5', WHITE, 3)],
    leftwards_arrow_with_hook: [
      area(SQUARE, BLUE),
      stroke('M9.5 7.5L6 11l3.5 3.5M6.5 11h8a3 3 0 0 1 0 6h-3', WHITE, 2.2),
    ],
    mag: [
      area('M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14z', '#cfe3f5'),
      stroke('M10 3.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z', '#5d6570', 2.2),
      stroke('M15.2 15.2l6 6', '#8a5a2b', 3.4),
    ],
    no_entry: [
      area('M12 1.5a10.5 10.5 0 1 1 0 21 10.5 10.5 0 0 1 0-21z', '#d6293e'),
      area('M5.5 9.8h13v4.4h-13z', WHITE),
    ],
    page_facing_up: [
      area('M5 1.5h9.5L19.5 6.5v16H5z', '#f3f4f6'),
      stroke('M5 1.5h9.5L19.5 6.5v16H5zM14.5 1.5v5h5M8 11h8M8 14.5h8M8 18h5', '#7d8590', 1.3),
    ],
    raised_hand: HAND,
    rotating_light: [
      area('M6 17v-4.5a6 6 0 0 1 12 0V17z', '#e23b4e'),
      area('M4 17h16v4.5H4z', '#5d6570'),
      stroke('M12 1.2v2.6M3.2 5.2l2 1.8M20.8 5.2l-2 1.8', '#f0a32b', 2),
    ],
    warning: [area('M12 2l10.8 19.5H1.2z', '#f5bb2b'), stroke('M12 9v6M12 18.3v.2', INK, 2.4)],
    wave: HAND,
    white_check_mark: [area(SQUARE, '#2f9e5f'), stroke('M6.5 12.5l3.7 3.8 7.3-8.3', WHITE, 3)],
    white_small_square: [area('M7 7h10v10H7z', '#e6e7ea'), stroke('M7 7h10v10H7z', '#9aa0a8', 1.4)],
    x: [stroke('M4.5 4.5l15 15M19.5 4.5l-15 15', '#d6293e', 4)],
  }),
);

const SVG = 'http://www.w3.org/2000/svg';

/** @param {string} name @returns {SVGElement | undefined} */
export const pictureOf = (name) => {
  const shapes = PICTURES.get(name);
  if (shapes === undefined) return undefined;
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'emoji-picture');
  svg.append(...shapes.map(pathOf));
  return svg;
};

/** @param {Shape} shape */
const pathOf = ({ d, fill = 'none', line, width = 0 }) => {
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', d);
  path.setAttribute('fill', fill);
  if (line !== undefined) path.setAttribute('stroke', line);
  path.setAttribute('stroke-width', String(width));
  path.setAttribute('stroke-linecap', 'round');
  path.setAttribute('stroke-linejoin', 'round');
  return path;
};
