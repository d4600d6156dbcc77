import { type Places, placesIn } from '../places.ts';

/** The Python that was called: the one that environments are made from, or that of an environment. */
export interface Interpreter {
  readonly places: Places;
  /** The directory of the environment. */
  readonly prefix: string;
  readonly sitePackages: string;
  readonly isEnvironment: boolean;
}

export const PYTHON_VERSION = '3.12';

export function interpreterOf(base: string, prefix: string): Interpreter {
  const places = placesIn(base);
  return {
    places,
    prefix,
    sitePackages: `${prefix}/lib/python${PYTHON_VERSION}/site-packages`,
    isEnvironment: `${prefix}/bin` !== places.python,
  };
}

/** An exception that Python prints because nothing catches it. */
export class PythonError extends Error {
  override readonly name = 'PythonError';
  readonly kind: string;

  constructor(kind: string, message: string) {
    super(message);
    this.kind = kind;
  }

  traceback(): string {
    return `Traceback (most recent call last):\n  File "<stand-in>", in <module>\n${this.kind}: ${this.message}\n`;
  }
}
