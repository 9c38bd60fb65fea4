// Clients whose hosts are compiled in meet the served ones: loaded before them (`node --require`),
// as an entry of a hosts file would be looked at, with the port beside it. TLS is verified for the
// host that is connected to. Nowhere else is connected to.

const tls = require("node:tls");

const served = JSON.parse(process.env.OSTIARY_SERVED);
const HOSTS = {
  "login.microsoftonline.com": new URL(served.login),
  "graph.microsoft.com": new URL(served.graph),
};
const connect = tls.connect;

tls.connect = (options, ...more) => {
  const known = [...Object.values(HOSTS)].find(
    (url) => url.hostname === options.host && url.port === String(options.port),
  );
  const place = HOSTS[options.host] ?? known;
  if (place === undefined) {
    throw new Error(`${options.host} is none of the hosts that are served`);
  }
  const host = place.hostname;
  const servername = /^[0-9.]+$/.test(host) ? "" : host;
  return connect({ ...options, host, port: Number(place.port), servername }, ...more);
};
