import { siteKey } from '../../domain/site/site.ts';
import { setupOrExit } from '../parts/setup.ts';

/** `rollback-bot check`: checks everything that it can without contacting anybody. */
export async function checkConfiguration(): Promise<void> {
  const { environment, configuration } = await setupOrExit({
    slack: true,
    approvals: true,
    redis: true,
    ssh: true,
  });
  const { sites } = configuration.inventory;
  process.stdout.write(
    `${environment.configurationPath}: ${sites.length} ${sites.length === 1 ? 'site' : 'sites'}: ${sites.map(siteKey).join(', ')}\n`,
  );
  for (const warning of [...environment.warnings, ...configuration.warnings])
    process.stdout.write(`warning: ${warning}\n`);
  process.stdout.write('The configuration is good. Next: rollback-bot doctor\n');
}
