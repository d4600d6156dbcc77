/** Set in the environment of everything that a Python program starts. A second one would wait for the first for ever. */
export const INSIDE = 'DEMO_HOST_INSIDE_PYTHON';
