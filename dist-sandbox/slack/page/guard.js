/**
 * The page can click buttons for everybody, so only a browser that was pointed at this very address may use it. A
 * foreign Host is a name that somebody's DNS pointed here; a foreign Origin is another site's page doing the asking.
 */
export const refusalOf = (request, port) => {
    if (!isLoopback(request.socket.remoteAddress))
        return 'This page is for this machine only.';
    const { host, origin } = request.headers;
    if (host === undefined || !ownHosts(port).includes(host.toLowerCase()))
        return 'This page answers under its own address only.';
    if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`)
        return 'This page takes no orders from other pages.';
    return undefined;
};
/** Whether another site made the browser ask. A plain link to the page itself is fine, its data is not. */
export const isCrossSite = (request) => {
    const site = request.headers['sec-fetch-site'];
    return site !== undefined && site !== 'same-origin' && site !== 'none';
};
const ownHosts = (port) => ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);
const isLoopback = (address) => address !== undefined && /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address);
