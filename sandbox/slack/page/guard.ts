import type { IncomingMessage } from 'node:http';

/**
 * The page can click buttons as anyone, so only a browser that opened this exact address may use it. Another Host means that
 * someone's DNS name points here. Another Origin means that the request comes from the page of another site.
 */
export const refusalOf = (request: IncomingMessage, port: number): string | undefined => {
  if (!isLoopback(request.socket.remoteAddress)) return 'This page only answers this machine.';
  const { host, origin } = request.headers;
  if (host === undefined || !ownHosts(port).includes(host.toLowerCase()))
    return 'This page only answers under its own address.';
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`)
    return 'This page accepts no requests from other pages.';
  return undefined;
};

/** Whether another site made the browser send the request. A plain link to the page is fine; its data is not. */
export const isCrossSite = (request: IncomingMessage): boolean => {
  const site = request.headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
};

const ownHosts = (port: number): readonly string[] =>
  ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);

const isLoopback = (address: string | undefined): boolean =>
  address !== undefined && /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address);
