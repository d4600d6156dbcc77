import type { Lab } from '../lab.ts';
import { between, type Scene } from './family.ts';

export function network(
  which: keyof Lab['proxies'],
  what: (proxy: Lab['proxies']['ssh']) => void,
  longest: number,
) {
  return async (scene: Scene) => {
    const { lab, release } = scene;
    what(lab.proxies[which]);
    if (which === 'slack') lab.slack.cutSockets();
    if (scene.random() < 0.7) release();
    await between(scene, 0, longest);
    await lab.proxies[which].heal();
    release();
  };
}
