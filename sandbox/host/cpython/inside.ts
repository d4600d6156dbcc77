/** In the environment of everything that a Python program starts, so that no second one waits for a turn that never comes. */
export const INSIDE = 'DEMO_HOST_INSIDE_PYTHON';
