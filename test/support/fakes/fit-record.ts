import type { RecordFitness } from '../../../src/app/ports/outside.ts';

export const fitRecord: RecordFitness = { problems: async () => [], mayBeUnfit: false };
