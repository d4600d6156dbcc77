import { inventoryOf } from '../fakes/inventory.ts';
import type { TestHost } from '../host/test-host.ts';
import { assembleProduct, type Product, type ProductProcess } from './product.ts';

/** Bot and worker as separate processes, by default with a configuration for all sites of a test host. */
export async function productFor(
  host: TestHost,
  configuration: string = inventoryOf(host),
  environment: Readonly<Record<string, string>> = {},
): Promise<{ product: Product; bot: ProductProcess; worker: ProductProcess }> {
  const product = await assembleProduct({ configuration, privateKeyFile: host.privateKeyFile, environment });
  return { product, bot: await product.start('bot'), worker: await product.start('worker') };
}
